import { pair, writeGguf, writeSafetensors } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./history.ts";

const caution = (key: string, file?: string) => ({
  level: "caution" as const,
  key,
  ...(file === undefined ? {} : { file }),
});
const note = (key: string, file?: string) => ({
  level: "note" as const,
  key,
  ...(file === undefined ? {} : { file }),
});

const now = "2026-11-25T12:00:00Z";

checkCases(check, {
  caught: [
    {
      name: "a date in the future",
      files: { "README.md": "---\ndate: 2026-11-27\nlast_modified: 2026-11-01\n---\n" },
      now,
      finds: [caution("future", "README.md"), note("dated")],
    },
    {
      name: "only a date in the future",
      files: { "README.md": "---\ndate: 2031-01-01\n---\n" },
      now,
      finds: [caution("future")],
      verdict: "unknown",
    },
    {
      name: "two years and a day",
      files: { "README.md": "## Changelog\n- 2024-11-24: last fix" },
      now,
      finds: [note("old", "README.md")],
    },
  ],
  clean: [
    {
      name: "two years to the day",
      files: { "README.md": "## Changelog\n- 2024-11-25: last fix\n- 2023-01-01: first" },
      now,
      finds: [note("dated", "README.md")],
    },
    {
      name: "tomorrow is a matter of time zones",
      files: { "README.md": "---\ndate: 2026-11-26\n---\n" },
      now,
      finds: [note("dated")],
    },
    {
      name: "a year that is not over",
      files: { "README.md": "```\n@misc{m, year={2026}}\n```" },
      now,
      finds: [note("dated")],
    },
    {
      name: "a day of release in a citation file",
      files: { "CITATION.cff": 'title: M\ndate-released: "2026-05-06"\n' },
      now,
      finds: [note("dated", "CITATION.cff")],
    },
    {
      name: "a list of changes of its own, with a way to ask",
      files: {
        "CHANGELOG.md": "## 1.1 (6 May 2026)\n",
        "README.md": "## Contact\nmail@example.org",
      },
      now,
      finds: [note("dated", "CHANGELOG.md"), note("contact", "README.md")],
    },
    {
      name: "a day after words in bold",
      files: { "README.md": "# M\n* **Model Release Date:** July 23, 2026.\n**Data:** 1 May 2026" },
      now,
      finds: [{ ...note("dated", "README.md"), member: "Model Release Date:" }],
    },
    {
      name: "a Japanese card",
      files: { "README.md": "## 更新履歴\n- 2026年5月6日 公開" },
      now,
      finds: [note("dated")],
    },
    ...[
      "Released July 23, 2026.",
      "This model was released on 2026-07-23.",
      "- **Model release:** we released it on 23 July 2026",
      "2026年7月23日发布",
      "本模型发布于2026年7月23日。",
      "公開日：2026年7月23日",
      "Veröffentlicht am 23. Juli 2026",
      "Ce modèle est publié le 23 juillet 2026.",
    ].map((text) => ({
      name: `a release in running text: ${text}`,
      files: { "README.md": `# M\nIt talks.\n${text}` },
      now,
      finds: [note("dated", "README.md")],
    })),
    {
      name: "running text does not outdo a field",
      files: { "README.md": "---\ndate: 2026-05-06\n---\nReleased July 23, 2026." },
      now,
      finds: [{ ...note("dated", "README.md"), member: "date" }],
    },
    {
      name: "a header of a trainer",
      files: {
        "m.safetensors": writeSafetensors({
          metadata: { ss_training_finished_at: "1790000000.5" },
          tensors: [],
        }),
      },
      now,
      finds: [{ ...note("dated", "m.safetensors"), member: "ss_training_finished_at" }],
    },
    {
      name: "a header with a date",
      files: {
        "m.gguf": writeGguf({
          metadata: [pair("general.date", "string", "2026-05-06")],
          tensors: [],
        }),
      },
      now,
      finds: [note("dated", "m.gguf")],
    },
  ],
  hostile: [
    {
      name: "nothing that can be dated",
      files: { "README.md": "# M\nTrained on data until 2026-05-06." },
      now,
      finds: [],
      verdict: "unknown",
    },
    ...[
      "Based on X, released July 23, 2026.",
      "Knowledge cutoff: July 23, 2026",
      "```\nReleased July 23, 2026\n```",
      "Released 07/23/2026",
    ].map((text) => ({
      name: `a date that is not the model's: ${text}`,
      files: { "README.md": `# M\n${text}` },
      now,
      finds: [],
      verdict: "unknown" as const,
    })),
    {
      name: "fields of other types",
      files: {
        "README.md": "---\ndate: {a: b}\nlast_modified: [2026]\nrelease_date: 1e400\n---\n",
      },
      now,
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a date of a megabyte",
      files: { "README.md": `---\ndate: "${"2026-01-01".repeat(100_000)}"\n---\n` },
      now,
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a thousand dates in the future",
      files: { "README.md": `## News\n${"- 2099-01-01\n".repeat(1_000)}` },
      now,
      finds: [1, 2, 3, 4, 5].map(() => caution("future")),
      verdict: "unknown",
    },
    {
      name: "days that no calendar has",
      files: { "README.md": "## News\n- 2026-02-30\n- 2026-13-01" },
      now,
      finds: [],
      verdict: "unknown",
    },
  ],
});
