import { tinyLlama } from "@plimsoll/formats/kit";

import { checkCases, type CheckCase } from "../../../testing/check-cases.ts";
import check from "./notice.ts";

const ended = [{ level: "caution" as const, key: "ended", file: "README.md" }];
const replaced = [{ level: "note" as const, key: "replaced", file: "README.md" }];

const card = (text: string, finds: CheckCase["finds"] = []): CheckCase => ({
  name: text.slice(0, 60),
  files: { "README.md": text },
  finds,
});

checkCases(check, {
  caught: [
    card("# M\nThis model is deprecated.", ended),
    card("# M\n> **Warning**\n> This repository is now officially archived.", ended),
    card("This model repository is no longer maintained.", ended),
    card("# M (deprecated)\nIt talks.", ended),
    card("# [DEPRECATED] M\nIt talks.", ended),
    card("⚠️ **Deprecated**: please use org/new.", ended),
    card("Dieses Modell wird nicht mehr gepflegt.", ended),
    card("Ce modèle n'est plus maintenu.", ended),
    card("Este modelo ya no se mantiene.", ended),
    card("Este modelo foi descontinuado.", ended),
    card("Questo modello è stato deprecato.", ended),
    card("Ten model nie jest już rozwijany.", ended),
    card("Эта модель больше не поддерживается.", ended),
    card("本模型已停止维护，请使用新模型。", ended),
    card("このモデルは非推奨です。", ended),
    card("이 모델은 더 이상 유지보수되지 않습니다.", ended),
    card("This model has been superseded by [M2](https://example.org/m2).", replaced),
    {
      name: "a successor in the front matter",
      files: { "README.md": "---\nnew_version: org/m2\n---\n# M" },
      finds: [{ level: "note", key: "successor", member: "new_version" }],
    },
    {
      name: "tags and fields that say so",
      files: { "README.md": "---\ntags: [Deprecated, chat]\narchived: true\n---\n# M" },
      finds: [
        { level: "caution", key: "tag" },
        { level: "caution", key: "flag", member: "archived" },
      ],
    },
  ],
  clean: [
    { name: "no card", files: { "m.gguf": tinyLlama() }, finds: [], verdict: "not-applicable" },
    card("Python 3.7 is deprecated. The flag `--old` was deprecated in 2.0."),
    card("This model is not deprecated, and this repository has not been archived."),
    card("This model replaces M1, which is deprecated."),
    card("If this model is deprecated, we will say so here."),
    card("```\nThis model is deprecated.\n```\n`This model is deprecated.`"),
    card("<!-- This model is deprecated. -->\nIt talks."),
    card("This model is no longer supported by transformers before 4.30."),
    card(`${"It talks.\n".repeat(12)}\n### Deprecated\n- the old flag`),
    card("# M\n## Deprecated parameters\n- old"),
    card("# M (not deprecated)\nIt talks."),
    card("本模型未被弃用。旧版本的参数已弃用。"),
    card("この引数は非推奨です。"),
    card("Dieses Modell ersetzt ein altes, das nicht mehr gepflegt wird."),
    card("Ce modèle remplace un modèle qui n'est plus maintenu."),
    {
      name: "fields that say no",
      files: { "README.md": "---\ntags: [deprecation-detection]\narchived: false\n---\n# M" },
      finds: [],
    },
    card("Dieses Modell wurde durch Feintuning erstellt. 本模型已由专家评测。"),
    card("# M\nThis is a static model trained on an offline dataset."),
    card("The model is no longer maintained at the speed of its first year: twice as fast."),
  ],
  hostile: [
    {
      name: "a megabyte of one sentence",
      files: { "README.md": "this model ".repeat(100_000) },
      finds: [],
      verdict: "clear",
    },
    {
      name: "ten thousand notices",
      files: { "README.md": "This model is deprecated.\n".repeat(10_000) },
      finds: [1, 2, 3, 4, 5].map(() => ({ level: "caution" as const, key: "ended" })),
    },
    {
      name: "a comment that never ends",
      files: { "README.md": "<!-- \nThis model is deprecated." },
      finds: [],
      verdict: "clear",
    },
    {
      name: "front matter that cannot be read",
      files: { "README.md": "---\na: [\n---\n# M" },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a successor of other types",
      files: { "README.md": "---\nnew_version: {a: b}\ntags: {deprecated: 1}\n---\n# M" },
      finds: [],
      verdict: "clear",
    },
  ],
});
