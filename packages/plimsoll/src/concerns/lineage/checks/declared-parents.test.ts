import { pair, writeGguf } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./declared-parents.ts";

const card = (front: string): string => `---\n${front}\n---\n# Model`;

function gguf(pairs: Readonly<Record<string, string | number>>): Uint8Array {
  const metadata = Object.entries(pairs).map(([key, value]) =>
    typeof value === "number" ? pair(key, "u32", value) : pair(key, "string", value),
  );
  return writeGguf({ metadata, tensors: [] });
}

const caution = (key: string, file?: string) => ({
  level: "caution" as const,
  key,
  ...(file === undefined ? {} : { file }),
});
const note = (key: string) => ({ level: "note" as const, key });

checkCases(check, {
  caught: [
    {
      name: "nothing says where it comes from",
      files: { "README.md": card("license: mit"), "m.gguf": gguf({ "general.name": "m" }) },
      finds: [caution("none-declared")],
    },
    {
      name: "its own name left behind in the configuration is no parent",
      files: {
        "config.json": '{"_name_or_path":"org/Mine-7B"}',
        "README.md": "# Mine-7B\n",
      },
      finds: [caution("none-declared")],
    },
    {
      name: "an adapter without a base",
      files: { "adapter_config.json": '{"peft_type":"LORA","base_model_name_or_path":null}' },
      finds: [caution("adapter-without-base", "adapter_config.json")],
    },
    {
      name: "a GGUF adapter without a base",
      files: { "lora.gguf": gguf({ "general.type": "adapter" }) },
      finds: [caution("adapter-without-base", "lora.gguf")],
    },
    {
      name: "the trainer's home folder",
      files: { "adapter_config.json": '{"base_model_name_or_path":"/home/alice/models/base"}' },
      finds: [caution("local-path", "adapter_config.json")],
    },
    {
      name: "card and header name different parents",
      files: {
        "README.md": card("base_model: org/Alpha-7B"),
        "m.gguf": gguf({
          "general.name": "Mine",
          "general.base_model.count": 1,
          "general.base_model.0.name": "Beta 7B",
          "general.base_model.0.organization": "Other",
        }),
      },
      finds: [caution("disagree", "m.gguf"), note("parents")],
    },
    {
      name: "a header that names its own page as its parent",
      files: {
        "m.gguf": gguf({
          "general.repo_url": "https://huggingface.co/a/b",
          "general.base_model.count": 1,
          "general.base_model.0.repo_url": "https://huggingface.co/A/B/",
        }),
      },
      finds: [caution("loop", "m.gguf"), note("parents")],
    },
    {
      name: "a card that names itself",
      files: { "README.md": card("model_name: Org/A\nbase_model: org/a") },
      finds: [caution("loop"), note("parents")],
    },
  ],
  clean: [
    {
      name: "a path left behind in the configuration",
      files: {
        "config.json": '{"_name_or_path":"./checkpoint-500"}',
        "README.md": card("base_model: a/b"),
      },
      finds: [note("left-behind"), note("parents")],
    },
    {
      name: "its own name left behind in the configuration, beside a parent",
      files: {
        "config.json": '{"_name_or_path":"org/Mine-7B"}',
        "README.md": card("model_name: Mine 7B\nbase_model: a/b"),
      },
      finds: [note("parents")],
    },
    {
      name: "a checkpoint's path, to which the adapter above gives a name",
      files: {
        "adapter_config.json": '{"base_model_name_or_path":"org/Base-7B"}',
        "checkpoint-5/adapter_config.json": '{"base_model_name_or_path":"/root/models/Base-7B"}',
      },
      finds: [note("left-behind"), note("parents")],
    },
    {
      name: "a well-known model names no origin",
      files: {
        "config.json": '{"_name_or_path":"mistralai/Mistral-7B-v0.1"}',
        "README.md": card("license: apache-2.0\nmodel_name: Mistral-7B-v0.1"),
      },
      finds: [note("original")],
    },
    {
      name: "a quantised file of a well-known model",
      files: { "m.gguf": gguf({ "general.name": "Meta Llama 3.1 8B Instruct" }) },
      finds: [note("original")],
    },
    {
      name: "a parent in the card, with a newer version and data",
      files: {
        "README.md": card(
          "base_model: [a/b, a/c]\nbase_model_relation: merge\nnew_version: a/d\ndatasets: [x, y]",
        ),
      },
      finds: [note("parents"), note("new-version")],
    },
    {
      name: "card and header name the same parent in their own ways",
      files: {
        "README.md": card("base_model: org/Alpha-7B"),
        "m-GGUF.gguf": gguf({
          "general.base_model.count": 1,
          "general.base_model.0.name": "Alpha 7B",
          "general.base_model.0.repo_url": "https://huggingface.co/org/alpha-7b-GGUF/tree/main",
        }),
      },
      finds: [note("parents")],
    },
    {
      name: "a quantised copy keeps the header of its parent",
      files: {
        "README.md": card("base_model: org/Alpha-7B-Instruct"),
        "m.gguf": gguf({
          "general.name": "Alpha 7B Instruct",
          "general.base_model.count": 1,
          "general.base_model.0.name": "Alpha 7B",
        }),
      },
      finds: [note("parents")],
    },
    {
      name: "an adapter whose card names the base",
      files: {
        "adapter_config.json": '{"base_model_name_or_path":""}',
        "README.md": card("base_model: a/b"),
      },
      finds: [note("parents")],
    },
    {
      name: "a name left behind that is no path",
      files: { "config.json": '{"_name_or_path":"org/base"}' },
      finds: [note("parents")],
    },
    {
      name: "a parent's page by its address",
      files: { "README.md": card("base_model: https://huggingface.co/org/base/tree/main") },
      finds: [note("parents")],
    },
    {
      name: "same last name, other organization: not itself",
      files: { "README.md": card("model_name: mine/a\nbase_model: org/a") },
      finds: [note("parents")],
    },
  ],
  hostile: [
    {
      name: "a map as parent",
      files: { "README.md": card("base_model: {a: b}") },
      finds: [caution("none-declared"), caution("malformed")],
    },
    {
      name: "numbers and nothing among parents",
      files: { "README.md": card("base_model: [a/b, null, 42]") },
      finds: [caution("malformed"), note("parents")],
    },
    {
      name: "a number as an adapter's base",
      files: { "adapter_config.json": '{"base_model_name_or_path":42,"__proto__":{"x":1}}' },
      finds: [caution("adapter-without-base"), caution("malformed")],
    },
    {
      name: "a name of 200 KB",
      files: { "README.md": card(`base_model: "${"a".repeat(200_000)}"`) },
      finds: [note("parents")],
    },
    {
      name: "a count of four billion parents",
      files: {
        "m.gguf": gguf({
          "general.base_model.count": 4_294_967_295,
          "general.base_model.0.name": "A",
        }),
      },
      finds: [note("parents")],
    },
    {
      name: "front matter that is a list",
      files: { "README.md": "---\n- base_model: a/b\n---\n" },
      finds: [caution("none-declared")],
    },
    {
      name: "a configuration that is no JSON",
      files: { "adapter_config.json": "{", "README.md": card("base_model: a/b") },
      finds: [note("parents")],
      verdict: "unknown",
    },
    {
      name: "a thousand and one parents",
      files: {
        "README.md": card(
          `base_model: [${Array.from({ length: 1_001 }, (_, i) => `a/b${i}`).join(", ")}]`,
        ),
      },
      finds: [note("parents")],
    },
  ],
});
