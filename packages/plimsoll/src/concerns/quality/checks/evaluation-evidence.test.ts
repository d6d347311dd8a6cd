import { tinyLlama } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./evaluation-evidence.ts";

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

/** A table that compares three models, under the card's name. */
const compared = (title: string, heads = "Ship-7B | Ship-2.5-7B | Boat-8B"): string =>
  `# ${title}\n## Evaluation\n| Benchmark | Metric | ${heads} |\n|---|---|---|---|---|\n| Alpha | acc | 11 | 22 | 33 |\n`;
const html = (title: string): string =>
  `# ${title}\n## Evaluation\n<table><tr><th rowspan="2">Kind</th><th>Benchmark</th><th>Metric</th><th>Ship-7B</th><th>Boat-8B</th></tr>
   <tr><td>Alpha</td><td>acc</td><td>11</td><td>33</td></tr></table>`;

const index = (result: string): string =>
  `---\nmodel-index:\n- name: m\n  results: ${result}\n---\n`;

checkCases(check, {
  caught: [
    {
      name: "a bare GGUF",
      files: { "m.gguf": tinyLlama() },
      finds: [caution("no-evaluation")],
    },
    {
      name: "a card without results",
      files: { "README.md": "# M\n## Usage\n| a | b |\n|---|---|\n| x | 1 |" },
      finds: [caution("no-evaluation")],
    },
    {
      name: "figures without data",
      files: { "all_results.json": '{"eval_accuracy":0.9,"eval_runtime":3,"train_loss":1}' },
      finds: [caution("incomplete", "all_results.json")],
    },
    {
      name: "a metric without a figure",
      files: { "README.md": index("[{dataset: {name: D}, metrics: [{type: acc}]}]") },
      finds: [caution("incomplete", "README.md")],
    },
    {
      name: "a number of shots is no result",
      files: {
        "README.md": "## Results\n| Set | # Shots | Metric |\n|---|---|---|\n| Alpha | 5 | acc |",
      },
      finds: [caution("no-evaluation")],
    },
    {
      name: "a table that names no metric",
      files: { "README.md": "## Results\n| Benchmark | Ours |\n|---|---|\n| Alpha | 65.3 |" },
      finds: [caution("incomplete")],
    },
    {
      name: "only a training log",
      files: { "all_results.json": '{"train_loss":1}' },
      finds: [caution("no-evaluation")],
    },
  ],
  clean: [
    {
      name: "model-index with data, metric and figure",
      files: { "README.md": index("[{dataset: {name: D}, metrics: [{type: acc, value: 0.5}]}]") },
      finds: [note("stated", "README.md")],
    },
    {
      name: "the hub's results",
      files: { ".eval_results/a.yaml": "- dataset: {id: a/b, task_id: t}\n  value: 0.412\n" },
      finds: [note("stated", ".eval_results/a.yaml")],
    },
    {
      name: "the harness's results",
      files: {
        "results_2026.json":
          '{"results":{"task":{"alias":"t","acc,none":0.5,"acc_stderr,none":0.1}}}',
      },
      finds: [note("stated", "results_2026.json")],
    },
    {
      name: "a table with a metric in its head",
      files: {
        "README.md":
          "## Evaluation\n| Benchmark | Metric | Ours |\n|:--|---|--:|\n| Alpha | acc | **65.3%** |",
      },
      finds: [note("stated")],
    },
    {
      name: "a table that compares this model with others",
      files: { "README.md": compared("Ship-2.5-7B") },
      finds: [note("stated")],
    },
    {
      name: "an HTML table that compares this model with others",
      files: { "README.md": html("Boat-8B") },
      finds: [note("stated")],
    },
    {
      name: "a GGUF file that bears the name in the table",
      files: { "Boat-8B-Q4_0.gguf": tinyLlama(), "README.md": compared("Whale") },
      finds: [note("stated")],
    },
    {
      name: "a table in a subsection with a name of its own",
      files: {
        "README.md":
          "## Evaluation\n### English results\n#### Set A\n| Data | acc |\n|---|---|\n| Alpha | 65.3 |",
      },
      finds: [note("stated")],
    },
    {
      name: "a Japanese card",
      files: { "README.md": "## 評価結果\n| データ | 正解率 |\n|---|---|\n| テスト | 71.2 |" },
      finds: [note("stated")],
    },
    {
      name: "a German card",
      files: {
        "README.md": "## Ergebnisse\n| Daten | Genauigkeit |\n|---|---|\n| Prüfung | 71,2 |",
      },
      finds: [note("stated")],
    },
  ],
  hostile: [
    {
      name: "a table of models of which none bears this name",
      files: { "README.md": compared("Whale") },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a table of models of which two could be this one",
      files: { "README.md": compared("Ship", "Ship-7B | Ship-14B | Boat-8B") },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a table of rows of models of which none is this one",
      files: {
        "README.md": "# Whale\n## Results\n| Model | acc |\n|---|---|\n| Ship | 1 |\n| Boat | 2 |",
      },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "marks that never close, and cells that span everything",
      files: {
        "README.md": `## Results\n<table><tr><td colspan=9999 rowspan=9999>1</td></tr>${"<tr><td>2".repeat(5_000)}${"<".repeat(500_000)}`,
      },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "model-index that is a text",
      files: { "README.md": "---\nmodel-index: yes please\n---\n" },
      finds: [caution("malformed"), caution("no-evaluation")],
    },
    {
      name: "results that are no list, figures that are none",
      files: {
        "README.md":
          "---\nmodel-index:\n- {results: {a: b}}\n- {results: [{dataset: 3, metrics: [{type: {}, value: .nan}, 7]}]}\n---\n",
      },
      finds: [caution("malformed"), caution("incomplete")],
    },
    {
      name: "keys that are not keys",
      files: { "eval_results.json": '{"__proto__":{"eval_acc":1},"eval_constructor":"x"}' },
      finds: [caution("no-evaluation")],
    },
    {
      name: "a cyclic list of results",
      files: { ".eval_results/a.yaml": "&a [*a]" },
      finds: [caution("no-evaluation")],
      verdict: "unknown",
    },
    {
      name: "a results file in no known layout",
      files: { "results_1.json": "[1]" },
      finds: [caution("no-evaluation")],
      verdict: "unknown",
    },
    {
      name: "a table of thirty thousand rows",
      files: {
        "README.md": `## Results\n| a | acc |\n|---|---|\n${"| x | 1 |\n".repeat(30_000)}`,
      },
      finds: [note("stated")],
    },
    {
      name: "a row of a megabyte",
      files: { "README.md": `## Results\n| a | acc |\n|---|---|\n${"|".repeat(1_000_000)}\n` },
      finds: [caution("no-evaluation")],
    },
    {
      name: "front matter that is a list",
      files: { "README.md": "---\n- model-index: []\n---\n" },
      finds: [caution("no-evaluation")],
    },
  ],
});
