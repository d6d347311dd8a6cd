import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { truncateSync } from "node:fs";
import { join } from "node:path";

import {
  buildZip,
  PickleAssembler,
  safetensorsHeader,
  sparseSafetensors,
  tinyLlama,
  tinyLlamaPlan,
  torchZip,
  writeGguf,
  writeSafetensors,
} from "@plimsoll/formats/kit";

import type { Report } from "../../packages/plimsoll/src/report/report.ts";
import { ggufWith, hubFolder, torchFile } from "./models.ts";
import { plimsoll, vetted } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

const HUGE = 2n ** 62n;
const TENSOR = { name: "w", dtype: "F32", shape: [4, 4] };
const gguf = tinyLlama();
const safetensors = writeSafetensors({ tensors: [TENSOR] });
const torch = torchFile((pickle) => pickle.call("collections", "OrderedDict"));
const pickle = new PickleAssembler()
  .proto(2)
  .torchTensor({ key: "0", shape: [4] })
  .stop()
  .bytes();
const zip = buildZip({ members: [{ name: "a.txt", data: "words" }] });

/** Half of it: the header is there or is cut, and what it promises is not. */
function half(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

/** Files that no loader should trust, by name. Each must be named in the report, by an unread or by a finding. */
const EMPTY = ["model.gguf", "model.safetensors", "model.pt", "pytorch_model.bin", "config.json"];

const CUT: Readonly<Record<string, Uint8Array>> = {
  "half.gguf": half(gguf),
  "magic.gguf": gguf.subarray(0, 4),
  "last.gguf": gguf.subarray(0, -1),
  "half.safetensors": half(safetensors),
  "length.safetensors": safetensors.subarray(0, 8),
  "last.safetensors": safetensors.subarray(0, -1),
  "half.zip": half(zip),
  "half.pt": half(torch),
  "half.pkl": half(pickle),
  "last.pkl": pickle.subarray(0, -1),
};

const WRONG_ENDING: Readonly<Record<string, Uint8Array | string>> = {
  "gguf.safetensors": gguf,
  "pickle.safetensors": pickle,
  "torch.gguf": torch,
  "words.gguf": "a few words\n",
  "words.safetensors": "a few words\n",
  "page.gguf": "<!doctype html><html><body>404</body></html>",
  "page.bin": "<!doctype html><html><body>404</body></html>",
  "pointer.safetensors": `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 4\n`,
};

const plan = tinyLlamaPlan();
const COUNTS: Readonly<Record<string, Uint8Array>> = {
  "tensors.gguf": writeGguf({ ...plan, tensorCount: HUGE }),
  "pairs.gguf": writeGguf({ ...plan, pairCount: HUGE }),
  "array.gguf": writeGguf({
    ...plan,
    metadata: [
      { key: "a", value: { type: "array", values: { of: "string", items: [] }, count: HUGE } },
      ...plan.metadata,
    ],
  }),
  "text.gguf": writeGguf({
    ...plan,
    metadata: [{ key: "a", value: { type: "string", value: "x", length: HUGE } }],
  }),
  "name.gguf": writeGguf({
    ...plan,
    tensors: [{ name: "w", type: "F32", dims: [4], nameLength: HUGE }],
  }),
  "dimensions.gguf": writeGguf({
    ...plan,
    tensors: [{ name: "w", type: "F32", dims: [HUGE, HUGE], data: new Uint8Array(4) }],
  }),
  "offset.gguf": writeGguf({
    ...plan,
    tensors: [{ name: "w", type: "F32", dims: [4], offset: HUGE }],
  }),
  "header.safetensors": writeSafetensors({ tensors: [TENSOR], headerLength: HUGE }),
  "offsets.safetensors": writeSafetensors({
    tensors: [{ ...TENSOR, offsets: [0, Number(HUGE)] }],
  }),
  "shape.safetensors": writeSafetensors({
    tensors: [{ ...TENSOR, shape: [Number(HUGE), Number(HUGE)], data: new Uint8Array(64) }],
  }),
  "count.zip": buildZip({
    members: [{ name: "a.txt", data: "words" }],
    end64: { count: HUGE, diskCount: HUGE },
  }),
  "size.zip": buildZip({
    members: [{ name: "a.txt", data: "words" }],
    end64: { directorySize: HUGE },
  }),
  "text.pkl": new PickleAssembler()
    .proto(4)
    .op("BINUNICODE8", [new Uint8Array(4)], { claims: HUGE })
    .stop()
    .bytes(),
  "frame.pkl": new PickleAssembler().proto(4).op("FRAME", [HUGE]).none().stop().bytes(),
};

const BRACKETS = 20_000;
const deepJson = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const NESTED: Readonly<Record<string, Uint8Array | string>> = {
  "config.json": `{"a":${deepJson}}`,
  "tokenizer_config.json": JSON.stringify({
    chat_template: `{{ ${"(".repeat(BRACKETS)}x${")".repeat(BRACKETS)} }}`,
  }),
  "brackets.gguf": ggufWith(`{{ ${"[".repeat(BRACKETS)}${"]".repeat(BRACKETS)} }}`),
  "blocks.gguf": ggufWith(`${"{% if x %}".repeat(BRACKETS)}${"{% endif %}".repeat(BRACKETS)}`),
  "deep.safetensors": writeSafetensors({ tensors: [], header: `{"__metadata__":${deepJson}}` }),
  "deep.pkl": new PickleAssembler().proto(2).raw(new Uint8Array(50_000).fill(0x28)).bytes(),
  "notes.jsonl": `${deepJson}\n`,
  "card/README.md": `${"> ".repeat(50_000)}words\n${"[".repeat(BRACKETS)}\n`,
};

/** Every file that the report names, in an unread or as the place of a finding. */
function named(report: Report): ReadonlySet<string> {
  const findings = Object.values(report.concerns).flatMap((concern) =>
    concern.checks.flatMap((check) => ("findings" in check ? check.findings : [])),
  );
  const places = findings.flatMap((finding) => finding.at?.file ?? []);
  return new Set([...report.unread.map((one) => one.file), ...places]);
}

describe.each([
  ["empty", Object.fromEntries(EMPTY.map((name) => [name, ""]))],
  ["cut", CUT],
  ["wrong-ending", WRONG_ENDING],
  ["counts of 2^62", COUNTS],
] as const)("%s", (name, files) => {
  let code: number | null = null;
  let report: Report | undefined;
  beforeAll(async () => {
    ({ code, report } = await vetted(world.folder(name, files)));
  });

  test("the whole is not admitted", () => {
    expect(code).toBe(1);
    expect(["unknown", "stop"]).toContain(report?.verdict);
    expect(["unknown", "stop"]).toContain(report?.concerns.security?.verdict);
  });

  test.each(Object.keys(files))("%s is named", (file) => {
    expect(report === undefined ? [] : [...named(report)]).toContain(file);
  });
});

describe.concurrent("nesting", () => {
  test("brackets by the thousand end in an answer", async () => {
    const { code, report } = await vetted(world.folder("nested", { ...hubFolder(), ...NESTED }));
    expect(["unknown", "stop"]).toContain(report.verdict);
    expect(code).toBe(1);
    const names = [...named(report)];
    expect(names).toContain("config.json");
    expect(names).toContain("deep.safetensors");
    expect(names).toContain("deep.pkl");
  });

  test("a template of 20,000 brackets is unknown", async () => {
    const { report } = await vetted(world.file("deep.gguf", NESTED["brackets.gguf"] ?? ""));
    expect(report.concerns.security?.verdict).toBe("unknown");
  });
});

describe.concurrent("each alone, in a sentence", () => {
  test.each([
    ["empty.gguf", ""],
    ["half.safetensors", CUT["half.safetensors"] ?? ""],
    ["half.pt", CUT["half.pt"] ?? ""],
    ["huge.gguf", COUNTS["tensors.gguf"] ?? ""],
    ["page.gguf", WRONG_ENDING["page.gguf"] ?? ""],
  ])("%s", async (name, content) => {
    const ran = await plimsoll(["vet", world.file(`alone/${name}`, content)]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toContain(name);
    expect(ran.stdout).toMatch(/UNKNOWN|STOP/u);
  });
});

describe.concurrent("what is large", () => {
  /** Makes the program say how much memory it took, in KiB on stderr. */
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(
    'process.on("exit",()=>console.error(process.resourceUsage().maxRSS))',
  )}`;
  /** KiB. The bound of the issue is for the bundle and held by bench/; here nothing may read the data. */
  const MAX_RSS = 400_000;

  test("a sparse shard of 100 GB is vetted by its header", async () => {
    const folder = world.folder("sparse", {});
    const size = sparseSafetensors(join(folder, "model.safetensors"), {
      tensors: Array.from({ length: 100 }, (_, index) => ({
        name: `model.layers.${index}.mlp.up_proj.weight`,
        dtype: "BF16",
        shape: [500_000, 1_000],
      })),
    });
    expect(size).toBeGreaterThan(100e9);
    const { report, stderr } = await vetted(folder, [], { env: { NODE_OPTIONS } });
    expect(report.model.bytes).toBe(size);
    expect(report.unread.filter((one) => one.file !== ".")).toEqual([]);
    expect(report.concerns.security?.verdict).toBe("clear");
    expect(Number(stderr.trim().split(/\s+/u).at(-1))).toBeLessThan(MAX_RSS);
  });

  test("a pickle and a text of 3 GB of nothing are not taken into memory", async () => {
    const folder = world.folder("sparse-others", { "a.pkl": pickle, "a.json": "{}", "a.txt": "x" });
    for (const name of ["a.pkl", "a.json", "a.txt"]) truncateSync(join(folder, name), 3e9);
    const { stderr, code } = await vetted(folder, [], { env: { NODE_OPTIONS } });
    expect(code).toBe(1);
    expect(Number(stderr.trim().split(/\s+/u).at(-1))).toBeLessThan(MAX_RSS);
  });

  test("ten thousand files are vetted", async () => {
    const files = Array.from({ length: 10_000 }, (_, index) => [
      `d${index % 10}/${index}.txt`,
      "x",
    ]);
    const { report } = await vetted(world.folder("many", Object.fromEntries(files)), [
      "--only",
      "security",
    ]);
    expect(report.model.files).toBe(10_000);
  });
});

test("the twins of the above are sound", async () => {
  expect(safetensorsHeader({ tensors: [TENSOR] })).toContain('"w"');
  const { report } = await vetted(
    world.folder("twins", {
      "model.gguf": gguf,
      "model.safetensors": safetensors,
      "a.zip": zip,
      "model.pt": torchZip({ pickle, storages: { 0: new Uint8Array(16) } }),
    }),
    ["--only", "security"],
  );
  expect(report.unread).toEqual([]);
  expect(report.verdict).toBe("clear");
});
