import { checkCases } from "../../../testing/check-cases.ts";
import check from "./undeclared-parents.ts";

const card = (front: string, body = ""): string => `---\n${front}\n---\n# Model\n${body}`;
const recipe = (...models: readonly string[]): string =>
  `models:\n${models.map((model) => `  - model: ${model}\n`).join("")}merge_method: ties\nbase_model: ${models[0] ?? ""}\n`;

const caution = (key: string, file?: string) => ({
  level: "caution" as const,
  key,
  ...(file === undefined ? {} : { file }),
});
const note = (key: string) => ({ level: "note" as const, key });

checkCases(check, {
  caught: [
    {
      name: "a recipe takes in a model that the card leaves out",
      files: {
        "README.md": card("base_model: [a/x]\ntags: [merge, mergekit]"),
        "mergekit_config.yml": recipe("a/x", "a/y"),
      },
      finds: [caution("undeclared", "mergekit_config.yml"), note("merge")],
    },
    {
      name: "a recipe in the card itself",
      files: {
        "README.md": card("base_model: a/x", `\`\`\`yaml\n${recipe("a/x", "a/y")}\`\`\`\n`),
      },
      finds: [caution("undeclared", "README.md"), note("merge")],
    },
    {
      name: "a merge that names nothing",
      files: { "README.md": card("tags: [mergekit]") },
      finds: [caution("no-partners", "README.md")],
    },
    {
      name: "a merge of one",
      files: { "README.md": card("base_model: a/x\nbase_model_relation: merge") },
      finds: [caution("no-partners")],
    },
  ],
  clean: [
    {
      name: "card and recipe name the same models",
      files: {
        "README.md": card("base_model:\n- A/x\n- a/Y\ntags: [merge]"),
        "mergekit_config.yml": recipe("a/x", "a/y"),
      },
      finds: [note("merge")],
    },
    {
      name: "a merge that names its models and keeps no recipe",
      files: { "README.md": card("base_model: [a/x, a/y]\ntags: [merge]") },
      finds: [],
    },
    {
      name: "a quantised copy of a merge keeps the tag of its parent",
      files: {
        "README.md": card("base_model: a/merged\nbase_model_relation: quantized\ntags: [merge]"),
      },
      verdict: "not-applicable",
    },
    {
      name: "paths of the machine on which it was merged, which the card gives names to",
      files: {
        "README.md": card("base_model: [a/x, a/y]"),
        "mergekit_config.yml": recipe("/workspace/models/x", "G:/models/y"),
      },
      finds: [note("merge")],
    },
    {
      name: "a step of the merge that was never published",
      files: {
        "README.md": card("base_model: [a/x]"),
        "mergekit_config.yml": recipe("a/x", "./step-1"),
      },
      finds: [note("unknown-partner"), note("merge")],
    },
    {
      name: "a model of its own",
      files: { "README.md": card("base_model: a/x") },
      verdict: "not-applicable",
    },
  ],
  hostile: [
    {
      name: "a recipe that is no YAML",
      files: { "mergekit_config.yml": "models: [" },
      verdict: "unknown",
    },
    {
      name: "a recipe that is no YAML, of a merge",
      files: { "mergekit_config.yml": "models: [", "README.md": card("tags: [merge]") },
      finds: [caution("no-partners")],
      verdict: "unknown",
    },
    {
      name: "a thousand models",
      files: {
        "README.md": card("base_model: a/x"),
        "mergekit_config.yml": recipe(...Array.from({ length: 1_000 }, (_, at) => `a/m${at}`)),
      },
      finds: [caution("undeclared"), note("merge")],
    },
    {
      name: "cyclic models",
      files: { "mergekit_config.yml": "models: &a [*a]\nmerge_method: ties" },
      verdict: "unknown",
    },
  ],
});
