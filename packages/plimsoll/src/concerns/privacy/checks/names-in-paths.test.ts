import { pair, tinyLlama, writeGguf, writeSafetensors } from "@plimsoll/formats/kit";
import { expect, test } from "vitest";

import { checkCases, runCase } from "../../../testing/check-cases.ts";
import check from "./names-in-paths.ts";

const account = (file: string) => ({ level: "note" as const, key: "account", file });
const host = [{ level: "note" as const, key: "host" }];

const gguf = (key: string, value: string) =>
  writeGguf({ metadata: [pair(key, "string", value)], tensors: [] });

const config = (path: string) => ({ "config.json": JSON.stringify({ _name_or_path: path }) });

checkCases(check, {
  caught: [
    { name: "Linux", files: config("/home/zedzed/models/x"), finds: [account("config.json")] },
    { name: "macOS", files: config("/Users/zedzed/x"), finds: [account("config.json")] },
    { name: "Windows", files: config("C:\\Users\\ZedZed\\x"), finds: [account("config.json")] },
    {
      name: "Windows from Linux",
      files: config("/mnt/c/Users/zedzed/x"),
      finds: [account("config.json")],
    },
    {
      name: "an address of a file",
      files: config("file:///home/zedzed/x"),
      finds: [account("config.json")],
    },
    {
      name: "after an escape",
      files: { "log.json": '{"a":"x\\n/home/zedzed/x"}' },
      finds: [account("log.json")],
    },
    {
      name: "a header of GGUF",
      files: { "m.gguf": gguf("general.source.url", "/home/zedzed/x") },
      finds: [{ ...account("m.gguf"), member: "general.source.url" }],
    },
    {
      name: "a header of safetensors",
      files: {
        "m.safetensors": writeSafetensors({
          metadata: { ss_output: "/Users/zedzed/out" },
          tensors: [],
        }),
      },
      finds: [{ ...account("m.safetensors"), member: "ss_output" }],
    },
    {
      name: "arguments of a run, with its host",
      files: {
        "training_args.bin":
          "\u0080\u0002\u008ca/home/zedzed/out/runs/Jul23_12-00-00_zedbook\u0000",
      },
      finds: [account("training_args.bin"), ...host],
    },
    {
      name: "names of TensorBoard records",
      files: { "runs/events.out.tfevents.1721736000.zedbook.12.0": "x" },
      finds: host,
    },
  ],
  clean: [
    { name: "weights alone", files: { "m.gguf": tinyLlama() }, finds: [], verdict: "clear" },
    {
      name: "nothing with a text",
      files: { "x.bin": new Uint8Array(64) },
      finds: [],
      verdict: "not-applicable",
    },
    {
      name: "folders that name nobody",
      files: {
        ...config("/home/ubuntu/models/x"),
        "a.txt": "/home/user/app /root/x /Users/runner/work/x /home/jovyan/x C:\\Users\\Public\\x",
      },
      finds: [],
    },
    {
      name: "placeholders",
      files: { "a.md": "/home/<you>/x /home/$USER/x /home/your_name/x /home/{user}/x /home/xxx/x" },
      finds: [],
    },
    {
      name: "addresses of pages",
      files: {
        "a.md": "https://example.org/home/zedzed/x /home/zedzed. See /home/about and /Users/guide",
      },
      finds: [],
    },
    {
      name: "machines that are not anybody's",
      files: {
        "runs/events.out.tfevents.1721736000.0123456789ab.12.0": "x",
        "runs/events.out.tfevents.1721736000.ip-10-0-0-1.12.0": "x",
        "runs/events.out.tfevents.1721736000.localhost.12.0": "x",
        "runs/Jul23_12-00-00_node-12/x.txt": "x",
      },
      finds: [],
    },
    {
      name: "word pieces",
      files: { "tokenizer.json": '{"model":{"vocab":{"/home/zedzed/x":1}}}' },
      finds: [],
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "a megabyte of beginnings",
      files: { "a.txt": "/home/".repeat(200_000) },
      finds: [],
      verdict: "clear",
    },
    {
      name: "a hundred thousand paths",
      files: { "a.txt": "/home/zedzed/x ".repeat(100_000) },
      finds: [account("a.txt")],
    },
    {
      name: "thirty files",
      files: Object.fromEntries(
        Array.from({ length: 30 }, (_, index) => [`${index}.txt`, "/home/zedzed/x"]),
      ),
      finds: [
        ...Array.from({ length: 20 }, () => ({ level: "note" as const, key: "account" })),
        { level: "note", key: "more" },
      ],
    },
    {
      name: "a run's name of a megabyte",
      files: { "training_args.bin": `Jul23_12-00-00_${"a".repeat(1_000_000)}` },
      finds: host,
    },
  ],
});

test("no name is told whole", async () => {
  const files = {
    ...config("/home/zedzed/x"),
    "training_args.bin": "X/home/zedzed/runs/Jul23_12-00-00_quillbook\u0000",
  };
  const { outcome } = await runCase(check, { name: "", files });
  expect(JSON.stringify(outcome)).not.toMatch(/zedzed|quillbook/u);
});
