import { tinyLlama } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./limits-stated.ts";

const caution = (key: string) => ({ level: "caution" as const, key });
const stated = [{ level: "note" as const, key: "stated" }];

const SAYS = "It answers questions of shoppers in English.";
const FAILS = "It invents sources and knows no medicine at all.";

checkCases(check, {
  caught: [
    { name: "no card", files: { "m.gguf": tinyLlama() }, finds: [caution("no-card")] },
    {
      name: "a card that states neither",
      files: { "README.md": `# M\n${SAYS}\n## How to use\n${FAILS}` },
      finds: [caution("no-purpose"), caution("no-limits")],
    },
    {
      name: "the template, not filled in",
      files: {
        "README.md":
          "## Uses\n<!-- Address questions around how the model is intended to be used. -->\n### Direct Use\n[More Information Needed]\n## Bias, Risks, and Limitations\n[More Information Needed]\n",
      },
      finds: [caution("no-purpose"), caution("no-limits")],
    },
    {
      name: "limits without a purpose",
      files: { "README.md": `## Limitations\n${FAILS}` },
      finds: [caution("no-purpose")],
    },
    {
      name: "a purpose without limits",
      files: { "README.md": `## Intended use\n${SAYS}\n## Limitations\nNone known.` },
      finds: [caution("no-limits")],
    },
  ],
  clean: [
    {
      name: "both are stated",
      files: {
        "README.md": `## Uses\n### Direct Use\n${SAYS}\n## Bias, Risks, and Limitations\n${FAILS}`,
      },
      finds: stated,
    },
    {
      name: "in German, under lines in bold",
      files: {
        "README.md":
          "**Verwendungszweck**\nBeantwortet Fragen von Kundinnen und Kunden.\n**Einschränkungen:**\nErfindet manchmal Quellen und Zahlen.\n",
      },
      finds: stated,
    },
    {
      name: "in Chinese, where words have no blanks",
      files: {
        "README.md":
          "## 预期用途\n本模型用于回答购物者提出的各种常见问题并给出建议。\n## 模型局限性\n模型可能会编造来源，不适用于任何医疗或法律方面的咨询。\n",
      },
      finds: stated,
    },
    {
      name: "underlined headings",
      files: { "README.md": `Intended use\n------------\n${SAYS}\n\nRisks\n=====\n${FAILS}` },
      finds: stated,
    },
  ],
  hostile: [
    {
      name: "headings within code",
      files: { "README.md": `\`\`\`\n## Uses\n${SAYS}\n## Limitations\n${FAILS}\n\`\`\`` },
      finds: [caution("no-purpose"), caution("no-limits")],
    },
    {
      name: "a comment that never ends",
      files: { "README.md": `<!-- \n## Uses\n${SAYS}\n## Limitations\n${FAILS}` },
      finds: [caution("no-purpose"), caution("no-limits")],
    },
    {
      name: "a hundred thousand headings",
      files: { "README.md": "## Uses\n".repeat(100_000) },
      finds: [caution("no-purpose"), caution("no-limits")],
    },
    {
      name: "a line of two megabytes",
      files: { "README.md": `## Limitations\n${"![](".repeat(500_000)}` },
      finds: [caution("no-purpose"), caution("no-limits")],
    },
    {
      name: "control characters in a heading",
      files: { "README.md": `## \u001B[2J\u202EUses\u0007\n${SAYS}\n## Limitations\n${FAILS}` },
      finds: [caution("no-purpose")],
    },
    {
      name: "front matter that cannot be read",
      files: { "README.md": `---\na: [\n---\n## Uses\n${SAYS}\n## Limitations\n${FAILS}` },
      finds: stated,
      verdict: "unknown",
    },
  ],
});
