import { tinyLlama } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./gates.ts";

const front = (fields: string) => ({ "README.md": `---\n${fields}\n---\n# M` });
const gated = { level: "note" as const, key: "gated", file: "README.md" };

checkCases(check, {
  caught: [
    {
      name: "a prompt with questions",
      files: front(
        "extra_gated_prompt: Be good.\nextra_gated_fields:\n  Age: number\n  Country: country",
      ),
      finds: [{ ...gated, member: "extra_gated_prompt" }],
    },
    {
      name: "questions alone",
      files: front("extra_gated_fields:\n  I agree: checkbox"),
      finds: [{ ...gated, member: "extra_gated_fields" }],
    },
    {
      name: "the Union is left out, and the setting names a member",
      files: front("extra_gated_eu_disallowed: true"),
      setting: { territory: { seat: ["US"], users: ["DE", "CH"] } },
      finds: [{ level: "caution", key: "forbidden" }],
    },
    {
      name: "the Union is left out, and the setting names none",
      files: front("extra_gated_eu_disallowed: true"),
      setting: { territory: { seat: ["CH"], users: ["GB"] } },
      finds: [{ level: "note", key: "outside" }],
    },
  ],
  clean: [
    { name: "no card", files: { "m.gguf": tinyLlama() }, finds: [], verdict: "not-applicable" },
    { name: "a card without a gate", files: front("license: mit"), finds: [] },
    {
      name: "a gate that asks nothing",
      files: front(
        'extra_gated_prompt: ""\nextra_gated_fields: {}\nextra_gated_eu_disallowed: false',
      ),
      finds: [],
    },
    { name: "a gate in running text", files: { "README.md": "extra_gated_prompt: x" }, finds: [] },
  ],
  hostile: [
    {
      name: "ten thousand questions and a prompt of a megabyte",
      files: front(
        `extra_gated_prompt: "${"x".repeat(100_000)}"\nextra_gated_fields:\n${Array.from({ length: 5_000 }, (_, index) => `  f${index}: text`).join("\n")}`,
      ),
      finds: [gated],
    },
    {
      name: "fields of other types",
      files: front(
        "extra_gated_prompt: [a]\nextra_gated_fields: [a]\nextra_gated_eu_disallowed: yes please",
      ),
      finds: [],
      verdict: "clear",
    },
  ],
});
