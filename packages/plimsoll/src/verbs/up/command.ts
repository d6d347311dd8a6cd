import { join } from "node:path";

import { printable } from "../../report/foreign-text.ts";
import { terminalReport } from "../../report/terminal.ts";
import { wrap } from "../../report/width.ts";
import type { Place } from "../vet/beats.ts";
import { defineVerb, type VerbContext } from "../verb.ts";
import { up, type PracticeVet, type UpResult } from "./up.ts";

export default defineVerb({
  name: "up",
  group: "Begin",
  summary: "build two practice models and vet them; this version has no engine yet",
  arguments: [],
  options: [{ flags: "--json", help: "print both reports as JSON" }],
  examples: ["plimsoll up", "plimsoll up --json > reports.json"],
  run: async (input, context) => {
    const progress = context.stderr.isTerminal;
    const result = await up({
      where: context.where,
      now: context.now,
      packageRoot: context.packageRoot,
      ...(progress
        ? {
            onPlace: ({ name }: Place): void => {
              context.stderr.write(`\r\u001B[2K${name} `);
            },
          }
        : {}),
    });
    if (progress) context.stderr.write("\r\u001B[2K");
    say(elsewhere(result), context.stderr);
    if (input.options["json"] === true) {
      context.stdout.write(`${JSON.stringify(asJson(result), null, 2)}\n`);
    } else {
      show(result, context);
    }
    const surprises = result.vets.filter((one) => !one.isAsExpected);
    say(surprises.map(surprise), context.stderr);
    return surprises.length === 0 ? 0 : 1;
  },
});

/** What to look at in each report. */
const LOOK_AT: Readonly<Record<PracticeVet["model"]["name"], string>> = {
  sound:
    "First a model whose papers are in order. Look at the load line, at what each concern rests on, and at what a clear does not see.",
  leaky:
    "Then one that nobody should load. Look at the stop: each finding names the file, the byte and what to do.",
};

function show(result: UpResult, context: VerbContext): void {
  const { stdout } = context;
  say(
    [
      `This version has no engine yet: it builds two practice models in ${result.folder} and vets them.`,
    ],
    stdout,
  );
  for (const { model, report } of result.vets) {
    stdout.write("\n");
    say([LOOK_AT[model.name]], stdout);
    stdout.write(`\n${terminalReport(report, stdout)}`);
  }
  stdout.write("\n");
  say(["Now one of yours: plimsoll vet PATH, and plimsoll explain CODE for any finding."], stdout);
}

/** Writes sentences, each from a line of its own; paths in them are foreign text. */
function say(sentences: readonly string[], output: VerbContext["stdout"]): void {
  for (const sentence of sentences) {
    const lines = wrap(printable(sentence), Math.min(output.columns, 100));
    output.write(`${lines.join("\n")}\n`);
  }
}

function elsewhere({ elsewhere: reason, folder }: UpResult): readonly string[] {
  if (reason === undefined) return [];
  return [`plimsoll: ${reason}. The practice models are in ${folder} instead.`];
}

function surprise({ model, report }: PracticeVet): string {
  const wanted = model.expects.join(" or ");
  return `plimsoll: the practice model "${model.name}" is ${report.verdict}, and should be ${wanted}. Does your setting differ from the default?`;
}

function asJson({ folder, vets }: UpResult): object {
  return {
    schema: "plimsoll/up@1",
    folder,
    models: vets.map(({ model, report, isAsExpected }) => ({
      folder: join(folder, model.name),
      expects: model.expects,
      isAsExpected,
      report,
    })),
  };
}
