import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";

import type { Review, Reviewer, Word } from "../../gateway/review/contract.ts";
import { EDIT_MAX_CHARS } from "../../gateway/review/policy.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { printable } from "../../report/foreign-text.ts";
import { defineVerb, type VerbContext, type VerbInput } from "../verb.ts";
import { withDesk } from "./desk.ts";
import { saidOf, shownLines, summaryOf } from "./words.ts";

export default defineVerb({
  name: "holds",
  group: "Serve",
  summary: "look at answers that wait for a person, and release, edit or refuse them",
  arguments: [
    { name: "<action>", help: "list, show, claim, release, edit or refuse" },
    { name: "[id]", help: "the held answer" },
  ],
  options: [
    { flags: "--digest <hex>", help: "the digest of what you saw, as show prints it" },
    { flags: "--reason <text>", help: "why; the audit log keeps it" },
    { flags: "--text <file>", help: "the new text, for edit" },
    { flags: "--config <file>", help: "the file whose guards look at an edit, as serve has it" },
    { flags: "--all", help: "list decided ones too" },
    { flags: "--json", help: "print it as JSON" },
  ],
  examples: [
    "plimsoll holds list",
    "plimsoll holds show hold_…",
    'plimsoll holds release hold_… --digest … --reason "harmless"',
    'plimsoll holds edit hold_… --digest … --text new.txt --reason "left a name out"',
    'plimsoll holds refuse hold_… --digest … --reason "names a customer"',
    "PLIMSOLL_KEY=plm_… plimsoll holds claim hold_…",
  ],
  run: (input, context) => {
    const config = input.options["config"];
    const needsGuards = input.args[0] === "edit";
    const file = typeof config === "string" ? config : undefined;
    return withDesk(context, { file, needsGuards }, (review, by) =>
      act(review, by, input, context),
    );
  },
});

async function act(
  review: Review,
  by: Reviewer,
  input: VerbInput,
  context: VerbContext,
): Promise<number> {
  const [action = "", id] = input.args;
  switch (action) {
    case "list":
      return list(review, input, context);
    case "show":
      return show(review, needed(id), by, input, context);
    case "claim": {
      const reason = input.options["reason"];
      const why = typeof reason === "string" ? { reason } : {};
      return tell(needed(id), await review.claim(needed(id), { ...by, ...why }), input, context);
    }
    case "release":
    case "refuse": {
      const word = wordOf(action, by, input);
      return tell(needed(id), await review[action](needed(id), word), input, context);
    }
    case "edit": {
      const text = textOf(input, context);
      const word = { ...wordOf(action, by, input), text };
      return tell(needed(id), await review.edit(needed(id), word), input, context);
    }
    default:
      throw usage(
        `there is no action "${action}"`,
        "Choose list, show, claim, release, edit or refuse.",
      );
  }
}

async function list(review: Review, input: VerbInput, { stdout }: VerbContext): Promise<number> {
  const all = await review.list(input.options["all"] === true ? undefined : "open");
  if (input.options["json"] === true) {
    stdout.write(`${JSON.stringify({ schema: "plimsoll/holds@1", holds: all }, null, 2)}\n`);
    return 0;
  }
  if (all.length === 0) stdout.write("Nothing waits for a person.\n");
  const now = Date.now();
  for (const hold of all) stdout.write(`${printable(summaryOf(hold, now))}\n`);
  return 0;
}

async function show(
  review: Review,
  id: string,
  by: Reviewer,
  input: VerbInput,
  context: VerbContext,
): Promise<number> {
  const shown = await review.show(id, by);
  if (shown.kind !== "shown") return tell(id, shown, input, context);
  const { hold } = shown;
  if (input.options["json"] === true) {
    const told = { schema: "plimsoll/hold@1", ...hold };
    context.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    return 0;
  }
  for (const line of shownLines(hold, Date.now())) context.stdout.write(`${printable(line)}\n`);
  return 0;
}

/** Says what came of it: exit 0 when it counted. */
function tell(
  id: string,
  came: Parameters<typeof saidOf>[1],
  input: VerbInput,
  { stdout }: VerbContext,
): number {
  if (input.options["json"] === true) {
    const told = { schema: "plimsoll/hold-decided@1", hold: id, ...came };
    stdout.write(`${JSON.stringify(told, null, 2)}\n`);
  } else stdout.write(`${printable(saidOf(id, came))}\n`);
  return COUNTED.has(came.kind) ? 0 : 1;
}

const COUNTED: ReadonlySet<string> = new Set([
  "released",
  "edited",
  "refused",
  "waits",
  "claimed-by-you",
]);

function wordOf(verb: string, by: Reviewer, input: VerbInput): Word {
  const { digest, reason } = input.options;
  if (typeof digest !== "string" || typeof reason !== "string" || reason.trim() === "") {
    throw usage(`${verb} needs --digest and --reason`, "plimsoll holds show ID prints the digest.");
  }
  return { ...by, digest: digest.trim().toLowerCase(), reason };
}

/** Bytes of a file that is read: a longer text is no answer that somebody wrote (CWE-770). */
const TEXT_MAX_BYTES = EDIT_MAX_CHARS * 4;

function textOf(input: VerbInput, { cwd }: VerbContext): string {
  const { text } = input.options;
  if (typeof text !== "string") {
    throw usage("edit needs --text FILE", "Put the new text into a file.");
  }
  const path = resolve(cwd, text);
  try {
    if (statSync(path).size > TEXT_MAX_BYTES) {
      throw usage(`${text} is longer than an answer may be`, "Write a shorter one.");
    }
    // Editors end a file with a line's end that nobody meant as a part of the answer.
    return new TextDecoder("utf-8", { fatal: true })
      .decode(readFileSync(path))
      .replace(/\r?\n$/u, "");
  } catch (cause) {
    if (PlimsollError.isInstance(cause)) throw cause;
    throw usage(`${text} cannot be read: ${reasonOf(cause)}`, "Put the new text into a file.");
  }
}

function needed(id: string | undefined): string {
  if (id !== undefined) return id;
  throw usage("the held answer must be named", "plimsoll holds list shows them.");
}

function usage(message: string, hint: string): PlimsollError {
  return new PlimsollError("usage", message, { hint });
}
