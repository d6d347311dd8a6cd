import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { loadSetting } from "../../config/load.ts";
import { EVIDENCE } from "../../generated/evidence.ts";
import { fails } from "../../kernel/conclude.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { EvidenceName } from "../../kernel/evidence.ts";
import { thisSystem } from "../../machine/system.ts";
import { resolveReference } from "../../model/reference.ts";
import { printable } from "../../report/foreign-text.ts";
import { defineVerb, type VerbContext, type VerbInput } from "../verb.ts";
import type { VetJob } from "./job.ts";
import { vetModels } from "./models.ts";
import { judgedBy } from "./own-setting.ts";
import { evidenceKinds } from "./evidence-kinds.ts";
import { openReportOutput, OUTPUT_OPTIONS } from "./report-output.ts";
import { waiveRequest, waiverFile, WAIVE_OPTIONS } from "./waive-request.ts";

export default defineVerb({
  name: "vet",
  group: "Choose",
  summary: "read a model and say what stands between it and safe use",
  arguments: [{ name: "<path...>", help: "folders or files of models" }],
  options: [
    {
      flags: "--only <words>",
      help: "concerns or finding codes to look at alone, parted by commas",
      repeats: true,
    },
    ...OUTPUT_OPTIONS,
    { flags: "--strict", help: "exit 1 on caution too" },
    { flags: "--setting <file>", help: "read this file instead of ./plimsoll.yaml" },
    { flags: "--audience <who>", help: "me, team or public" },
    { flags: "--context <tokens>", help: "tokens of context a conversation may fill" },
    { flags: "--hash", help: "hash every file, so that the report names what was judged" },
    {
      flags: "--evidence",
      help: "report as JSON, with what it rests on: every kind of evidence, or those named after the paths",
    },
    { flags: "--lock", help: "write the model into ./plimsoll.lock, unless its verdict is stop" },
    { flags: "--as <name>", help: "the model's name in the lock" },
    ...WAIVE_OPTIONS,
  ],
  examples: [
    "plimsoll vet ./model",
    "plimsoll vet ./a.gguf ./b.gguf",
    "plimsoll vet ./model.gguf --json > report.json",
    "plimsoll vet ./model --format html --out report.html",
    "plimsoll vet ./model --only security --strict",
    "plimsoll vet ./model --evidence gguf,templates",
    "plimsoll vet ./model --lock --as support",
    'plimsoll vet ./model --waive PLM-SEC-001 --reason "we wrote this file" --until 2027-06-30',
  ],
  run: async (input, context) => {
    const output = openReportOutput(input.options, context);
    const request = waiveRequest(input.options, context);
    const asked = {
      cwd: context.cwd,
      where: context.where,
      file: text(input, "setting"),
      flags: {
        audience: text(input, "audience"),
        context: text(input, "context"),
        ...(input.options["strict"] === true ? { strict: true } : {}),
      },
    };
    const loaded = await loadSetting(asked);
    const only = request === undefined ? words(input, "only") : [request.code];
    const { paths, evidence } = pathsAndKinds(input, context.cwd);
    refuseWhatIsNotThere(paths, context.cwd);
    const { cwd, now, packageRoot } = context;
    const jobs: VetJob[] = [];
    for (const reference of paths) {
      const { setting, policy, leftOut } = await judgedBy(loaded, reference, cwd, () =>
        loadSetting({ ...asked, readsFolder: false }),
      );
      if (request === undefined && leftOut !== "nothing") {
        context.stderr.write(`${printable(LEFT_OUT[leftOut](reference))}\n`);
      }
      // What was waived before is found anew, so that a waiver can be renewed.
      const waived = request === undefined ? policy : { ...policy, waivers: [] };
      jobs.push({ reference, cwd, setting, policy: waived, only, evidence, now, packageRoot });
    }
    const vetted = await vetModels(jobs, context, {
      hash: input.options["hash"] === true,
      lock: input.options["lock"] === true,
      as: text(input, "as"),
      system: thisSystem(),
      ...watchOf(context),
    });
    if (request !== undefined) {
      const { waive } = await import("./waive.ts");
      const { waivedText } = await import("./waive-words.ts");
      const place = { cwd, settingFile: waiverFile(input.options, context) };
      const reports = vetted.map(({ report }) => report);
      const written = await waive(reports, request, place);
      const references = { ...place, references: paths };
      context.stdout.write(waivedText(written, references, input.options["json"] === true));
      return 0;
    }
    await output.write(
      vetted.map(({ report }) => report),
      jobs.some(({ policy }) => policy.strict),
    );
    for (const { note } of vetted) if (note !== "") context.stderr.write(`${printable(note)}\n`);
    const failed = vetted.some(
      ({ report, policy, isRefused }) => isRefused || fails(report.verdict, policy),
    );
    return failed ? 1 : 0;
  },
});

/** What is said of a setting file that may have come with the model. */
const LEFT_OUT = {
  waivers: (reference: string): string =>
    `the waivers in the plimsoll.yaml within ${reference} count for nothing: a model must not waive its own findings`,
  all: (reference: string): string =>
    `the plimsoll.yaml that lies with ${reference} can only make this verdict stricter, since it may have come with the model: its waivers and everything else in it count for nothing. If it is yours, name it: --setting plimsoll.yaml`,
};

/**
 * What to vet, and which kinds of evidence to show with it. With `--evidence`, a word that names a kind and
 * no file is a kind; a file of that name is vetted by writing `./gguf`.
 * @throws PlimsollError `usage` when only kinds are named.
 */
function pathsAndKinds(
  { args, options }: VerbInput,
  cwd: string,
): { readonly paths: readonly string[]; readonly evidence?: readonly EvidenceName[] } {
  if (options["evidence"] !== true) return { paths: args };
  const known = EVIDENCE.map(({ name }) => name);
  const isKinds = (word: string): boolean =>
    !existsSync(resolve(cwd, word)) &&
    word.split(",").some((part) => known.some((name) => name === part));
  const paths = args.filter((word) => !isKinds(word));
  if (paths.length === 0) {
    throw new PlimsollError("usage", "--evidence names kinds of evidence and no model", {
      hint: `plimsoll vet ./model --evidence ${args.join(",")}`,
    });
  }
  const kinds = evidenceKinds(args.filter(isKinds), known);
  return { paths, evidence: kinds.length === 0 ? known : kinds };
}

/** Ctrl-C ends the vet and says what has no answer; a second one ends the program. */
function watchOf(context: VerbContext): {
  readonly signal: AbortSignal;
  readonly onPlace?: (text: string) => void;
} {
  const stop = new AbortController();
  process.once("SIGINT", () => {
    stop.abort();
  });
  if (!context.stderr.isTerminal) return { signal: stop.signal };
  return {
    signal: stop.signal,
    onPlace: (place) => {
      const room = context.stderr.columns - 1;
      context.stderr.write(`\r\u001B[2K${printable(place).slice(0, room)}`);
    },
  };
}

/**
 * Looks at every path before the first is read, so that a misspelled one does not cost the work on the others.
 * @throws PlimsollError of the first that cannot be vetted, naming all of them.
 */
function refuseWhatIsNotThere(paths: readonly string[], cwd: string): void {
  const problems: PlimsollError[] = [];
  for (const path of paths) {
    try {
      resolveReference(path, cwd);
    } catch (error) {
      if (!PlimsollError.isInstance(error)) throw error;
      problems.push(error);
    }
  }
  const [first, ...others] = problems;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  const message = problems.map((problem) => problem.message).join("; ");
  throw new PlimsollError(first.code, message, { hint: first.hint, cause: first });
}

function text(input: VerbInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * A list option: words may be parted by commas, and the flag given again.
 * @throws PlimsollError `usage` when it was given and names nothing, since nothing would mean everything.
 */
function words(input: VerbInput, name: string): string[] {
  const value = input.options[name];
  if (!Array.isArray(value)) return [];
  const named = value.flatMap((word) => String(word).split(",")).filter((word) => word !== "");
  if (named.length > 0) return named;
  throw new PlimsollError("usage", `--${name} names nothing`, {
    hint: "Choose a concern such as security, or a code such as PLM-SEC-001.",
  });
}
