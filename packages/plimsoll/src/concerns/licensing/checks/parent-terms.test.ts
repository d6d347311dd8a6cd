import { pair, writeGguf } from "@plimsoll/formats/kit";
import { checkCases } from "../../../testing/check-cases.ts";
import check from "./parent-terms.ts";

const card = (front: string): string => `---\n${front}\n---\n`;

function gguf(pairs: Readonly<Record<string, string | number>>): Uint8Array {
  const metadata = Object.entries(pairs).map(([key, value]) =>
    typeof value === "number" ? pair(key, "u32", value) : pair(key, "string", value),
  );
  return writeGguf({ metadata, tensors: [] });
}

const one = (front: string): Readonly<Record<string, string>> => ({ "README.md": card(front) });
const at = (level: "note" | "caution" | "stop", key: string, file?: string) => ({
  level,
  key,
  ...(file === undefined ? {} : { file }),
});

checkCases(check, {
  caught: [
    {
      name: "made from Llama 3, declared as Apache-2.0",
      files: one("base_model: meta-llama/Meta-Llama-3-8B\nlicense: apache-2.0"),
      finds: [at("caution", "dropped", "README.md"), at("note", "known")],
    },
    {
      name: "the same for the public",
      files: one("base_model: meta-llama/Meta-Llama-3-8B\nlicense: apache-2.0"),
      setting: { audience: "public" },
      finds: [at("stop", "dropped"), at("note", "known")],
    },
    {
      name: "a mirror of the base, by its address",
      files: one("base_model: https://huggingface.co/mirror/gemma-2-9b-it-bnb-4bit\nlicense: mit"),
      finds: [at("caution", "dropped"), at("note", "known")],
    },
    {
      name: "an adapter's configuration names the base",
      files: {
        ...one("license: mit"),
        "adapter_config.json": '{"base_model_name_or_path":"Qwen/Qwen2.5-72B-Instruct"}',
      },
      finds: [at("caution", "dropped", "adapter_config.json"), at("note", "known")],
    },
    {
      name: "a header names the base",
      files: {
        "m.gguf": gguf({
          "general.license": "mit",
          "general.base_model.count": 1,
          "general.base_model.0.repo_url": "https://huggingface.co/meta-llama/Llama-3.2-1B",
        }),
      },
      finds: [at("caution", "dropped", "m.gguf"), at("note", "known")],
    },
    {
      name: "the header calls the model itself by the base's name",
      files: {
        "m.gguf": gguf({
          "general.name": "Meta Llama 3.1 8B Instruct",
          "general.license": "apache-2.0",
        }),
      },
      finds: [at("caution", "dropped"), at("note", "known")],
    },
    {
      name: "non-commercial parent, open child",
      files: one("base_model: mistralai/Codestral-22B-v0.1\nlicense: apache-2.0"),
      finds: [at("caution", "dropped"), at("note", "known")],
    },
    {
      name: "a model in a merge's recipe alone",
      files: {
        ...one("base_model: mistralai/Mistral-7B-v0.1\nlicense: apache-2.0"),
        "mergekit_config.yml":
          "models: [{model: mistralai/Mistral-7B-v0.1}, {model: meta-llama/Llama-2-7b-hf}]\nmerge_method: ties",
      },
      finds: [at("caution", "dropped", "mergekit_config.yml"), at("note", "known")],
    },
    {
      name: "one of a merge's parents",
      files: one(
        "base_model: [mistralai/Mistral-7B-v0.1, meta-llama/Llama-2-7b-hf]\nlicense: apache-2.0",
      ),
      finds: [at("caution", "dropped"), at("note", "known")],
    },
  ],
  clean: [
    {
      name: "made from Llama 3 and says so",
      files: one("base_model: meta-llama/Meta-Llama-3-8B\nlicense: llama3"),
      finds: [at("note", "known")],
    },
    {
      name: "other, with the licence's own name",
      files: one(
        "base_model: Qwen/Qwen2.5-72B-Instruct\nlicense: other\nlicense_name: qwen\nlicense_link: LICENSE",
      ),
      finds: [at("note", "known")],
    },
    {
      name: "another version of the licence",
      files: one("base_model: meta-llama/Llama-3.1-8B\nlicense: llama3"),
      finds: [at("note", "other-version"), at("note", "known")],
    },
    {
      name: "an open parent asks nothing of the child's licence",
      files: one("base_model: Qwen/Qwen2.5-7B\nlicense: cc-by-nc-4.0"),
      finds: [at("note", "known")],
    },
    {
      name: "non-commercial parent, non-commercial child of another kind",
      files: one("base_model: mistralai/Codestral-22B-v0.1\nlicense: cc-by-nc-sa-4.0"),
      finds: [at("note", "known")],
    },
    {
      name: "a parent that nobody entered",
      files: one("base_model: someone/Llama-3-8B-tuned\nlicense: apache-2.0"),
      setting: { audience: "public" },
      finds: [at("note", "unknown")],
    },
    {
      name: "no licence of its own: told elsewhere",
      files: one("base_model: google/gemma-2-9b"),
      finds: [at("note", "open"), at("note", "known")],
    },
    {
      name: "a family that names no text",
      files: one("base_model: google/gemma-2-9b\nlicense: other"),
      finds: [at("note", "open"), at("note", "known")],
    },
    {
      name: "nothing names an origin",
      files: one("license: mit"),
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "letters of another script in the parent's name",
      files: one("base_model: meta-llаma/Meta-Llamа-3-8B\nlicense: mit"),
      finds: [at("note", "unknown")],
    },
    {
      name: "a thousand parents",
      files: one(
        `base_model: [${Array.from({ length: 1_000 }, (_, i) => `a/b${i}`).join(", ")}]\nlicense: mit`,
      ),
      finds: [at("note", "unknown")],
    },
    {
      name: "a name of 200 KB",
      files: one(`base_model: "${"a".repeat(200_000)}"\nlicense: mit`),
      finds: [at("note", "unknown")],
    },
  ],
});
