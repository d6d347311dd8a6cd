import { createWriteStream, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";

import { AUDIT_KINDS } from "../../audit/contract.ts";
import type { LogVerdict } from "../../audit/verify.ts";
import { verifyLog } from "../../audit/verify.ts";
import { dataFolder } from "../../config/home.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { printable } from "../../report/foreign-text.ts";
import { readVerifier, type NoteVerifier } from "../../signature/note.ts";
import { defineVerb, type VerbContext, type VerbInput } from "../verb.ts";
import { exportLog } from "../../audit/export.ts";
import { checkProof, proveEvent } from "../../audit/prove.ts";

export default defineVerb({
  name: "audit",
  group: "Serve",
  summary: "check the audit log offline, prove one line of it, or export it",
  arguments: [
    { name: "<action>", help: "verify, prove or export" },
    { name: "[what]", help: "the log's folder, or the request or number to prove" },
  ],
  options: [
    {
      flags: "--key <vkey>",
      help: "the log's public key, or a file with it; log.vkey beside the log when absent",
    },
    { flags: "--proof <file>", help: "check this proof of one line instead of a log" },
    { flags: "--since <date>", help: "export what came on this day or later" },
    { flags: "--kind <kind>", help: "export events of this kind alone" },
    { flags: "--format <name>", help: "export as jsonl or csv; jsonl when absent" },
    { flags: "-o, --out <file>", help: "write to this file" },
    { flags: "--json", help: "print it as JSON" },
  ],
  examples: [
    "plimsoll audit verify",
    "plimsoll audit verify ./audit --key log.vkey --json",
    "plimsoll audit prove req_0123456789abcdef -o proof.txt",
    "plimsoll audit verify --proof proof.txt --key log.vkey",
    "plimsoll audit export --since 2026-11-01 --out log.jsonl",
    "plimsoll audit export --kind key.create --format csv",
  ],
  run: async (input, context) => {
    const [action = "", what] = input.args;
    const folder = join(dataFolder(context.where), "audit");
    switch (action) {
      case "verify":
        return verify(what === undefined ? folder : resolve(context.cwd, what), input, context);
      case "prove":
        return prove(what, folder, input, context);
      case "export":
        return exported(folder, input, context);
      default:
        throw usage(`there is no action "${action}"`, "Choose verify, prove or export.");
    }
  },
});

function verify(folder: string, input: VerbInput, context: VerbContext): number {
  const proof = text(input, "proof");
  if (proof !== undefined) return verifyProof(resolve(context.cwd, proof), folder, input, context);
  const key = keyOf(folder, input, context);
  let verdict: LogVerdict;
  try {
    verdict = verifyLog(folder, key);
  } catch (cause) {
    throw unreadable(folder, cause);
  }
  if (input.options["json"] === true) {
    const unsealed = Math.max(0, verdict.events - verdict.sealed);
    const shown = { schema: "plimsoll/audit-verify@1", log: key.name, ...verdict, unsealed };
    context.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else context.stdout.write(`${printable(sentenceOf(verdict, key.name))}\n`);
  return verdict.verdict === "intact" || verdict.verdict === "unsealed" ? 0 : 1;
}

/** What a verdict means, and what it does not. */
function sentenceOf({ verdict, events, sealed, at, reason }: LogVerdict, log: string): string {
  const count = events.toLocaleString("en");
  switch (verdict) {
    case "intact":
      return `${log} is intact: ${count} events, each as it was signed. That they were true when they were written, no log can show.`;
    case "unsealed":
      return `${log} is intact up to its checkpoint; ${(events - sealed).toLocaleString("en")} of ${count} events are unsealed: root can forge those until they are sealed, within a second while a server runs.`;
    case "truncated":
    case "altered":
      return `${log} is ${verdict}${at === null ? "" : ` at event ${at}`}: ${reason ?? ""}`;
    case "unsigned":
      return `${log} cannot be checked: ${reason ?? ""}`;
  }
}

function verifyProof(path: string, folder: string, input: VerbInput, context: VerbContext): number {
  const key = keyOf(folder, input, context);
  const checked = checkProof(readText(path), key);
  if (input.options["json"] === true) {
    context.stdout.write(
      `${JSON.stringify({ schema: "plimsoll/audit-proof@1", ...checked }, null, 2)}\n`,
    );
  } else if (checked.kind === "proven") {
    context.stdout.write(
      `${printable(`event ${checked.index} of ${key.name} is proven: ${checked.event}`)}\n`,
    );
  } else context.stdout.write(`${printable(`this proves nothing: ${checked.reason}`)}\n`);
  return checked.kind === "proven" ? 0 : 1;
}

function prove(
  what: string | undefined,
  folder: string,
  input: VerbInput,
  context: VerbContext,
): number {
  if (what === undefined)
    throw usage("the request or event to prove must be named", "plimsoll audit prove req_…");
  const key = keyOf(folder, input, context);
  const proof = proveEvent(folder, key, what);
  const shown =
    input.options["json"] === true
      ? `${JSON.stringify({ schema: "plimsoll/audit-proof@1", ...checkProof(proof, key), proof }, null, 2)}\n`
      : proof;
  const out = text(input, "out");
  if (out === undefined) context.stdout.write(shown);
  else write(resolve(context.cwd, out), shown);
  return 0;
}

async function exported(folder: string, input: VerbInput, context: VerbContext): Promise<number> {
  const since = text(input, "since");
  const from = since === undefined ? 0 : Date.parse(since);
  if (Number.isNaN(from) || !/^\d{4}-/u.test(since ?? "0000-"))
    throw usage(`--since "${since}" is no date`, "--since 2026-11-01");
  const format = text(input, "format") ?? "jsonl";
  if (format !== "jsonl" && format !== "csv")
    throw usage(`there is no format "${format}"`, "Choose jsonl or csv.");
  const kind = text(input, "kind");
  if (kind !== undefined && !AUDIT_KINDS.some((one) => one === kind))
    throw usage(`there is no kind "${kind}"`, `Choose ${AUDIT_KINDS.join(", ")}.`);
  if (!existsSync(folder)) throw noLog(folder);
  const lines = exportLog(folder, { from, kind, format });
  const out = text(input, "out");
  if (out === undefined) for (const line of lines) context.stdout.write(line);
  else {
    const path = resolve(context.cwd, out);
    // An empty file first: a path that cannot be written is told the way all are.
    write(path, "");
    await pipeline(lines, createWriteStream(path));
  }
  return 0;
}

/** The key to check with: a pinned one says more than the one that lies beside the log. */
function keyOf(folder: string, input: VerbInput, context: VerbContext): NoteVerifier {
  const given = text(input, "key");
  const path = given === undefined ? join(folder, "log.vkey") : resolve(context.cwd, given);
  const isFile = existsSync(path);
  if (given === undefined && !isFile) {
    throw existsSync(join(folder, "segments")) ? noKeyBeside(path) : noLog(folder);
  }
  const key = readVerifier((isFile ? readText(path) : (given ?? "")).trim());
  if (key !== undefined) return key;
  throw usage("the key is none", "It looks like NAME+8 hex digits+base64, and lies in log.vkey.");
}

function noLog(folder: string): PlimsollError {
  return new PlimsollError("environment", `there is no audit log in ${folder}`, {
    hint: "Name its folder: plimsoll audit verify DIR. Or set PLIMSOLL_HOME.",
  });
}

function noKeyBeside(path: string): PlimsollError {
  return new PlimsollError("environment", `there is no key to check this log with: ${path}`, {
    hint: "Name the copy that you keep: plimsoll audit verify DIR --key FILE",
  });
}

function write(path: string, content: string): void {
  try {
    writeFileSync(path, content);
  } catch (cause) {
    throw new PlimsollError("environment", `${path} cannot be written: ${reasonOf(cause)}`, {
      hint: "Name a file that you may write.",
      cause,
    });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): PlimsollError {
  return new PlimsollError("environment", `${path} cannot be read: ${reasonOf(cause)}`, {
    hint: "Name a folder or file that you may read.",
    cause,
  });
}

function usage(message: string, hint: string): PlimsollError {
  return new PlimsollError("usage", message, { hint });
}

function text(input: VerbInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}
