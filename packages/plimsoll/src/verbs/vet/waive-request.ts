import { join, resolve } from "node:path";

import { CHECKS } from "../../generated/checks.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { VerbContext, VerbInput, VerbOption } from "../verb.ts";
import { authorHere } from "./author.ts";
import type { WaiveRequest } from "./waive.ts";

/** The options that waive a finding. */
export const WAIVE_OPTIONS: readonly VerbOption[] = [
  { flags: "--waive <code>", help: "write a waiver for the findings of this code; wants --reason" },
  { flags: "--reason <text>", help: "why the findings may pass" },
  { flags: "--until <date>", help: "the last day the waiver counts, such as 2027-06-30" },
  { flags: "--author <name>", help: "who answers for it; else the name that git knows" },
];

/** Characters of a reason and of a name, as the setting file allows. */
const REASON_MAX = 500;
const AUTHOR_MAX = 200;

/**
 * What a person wants to waive; undefined when nothing.
 * @throws PlimsollError `usage` for a code there is none of, no reason, a day that is over or none, a name that cannot be
 * known, options that only go with `--waive`, or `--waive` with those that make a report or a lock.
 */
export function waiveRequest(
  options: VerbInput["options"],
  context: Pick<VerbContext, "cwd" | "now">,
): WaiveRequest | undefined {
  const code = textOf(options, "waive")?.toUpperCase();
  if (code === undefined) {
    for (const name of ["reason", "until", "author"]) {
      if (options[name] !== undefined) {
        throw usage(`--${name} goes with --waive`, WAIVE_EXAMPLE);
      }
    }
    return undefined;
  }
  for (const name of ["only", "hash", "lock", "format", "out"]) {
    if (options[name] !== undefined && options[name] !== false) {
      throw usage(`--waive does not go with --${name}`, WAIVE_EXAMPLE);
    }
  }
  if (!CHECKS.some((check) => check.code === code)) {
    throw usage(`"${code}" is no finding code`, "Take the code that stands before the finding.");
  }
  return {
    code,
    reason: said("reason", textOf(options, "reason"), REASON_MAX),
    author: said("author", textOf(options, "author") ?? authorHere(context.cwd), AUTHOR_MAX),
    until: dayOf(textOf(options, "until"), context.now),
  };
}

/** The file that waivers are read from, and so written to: the one named, else `./plimsoll.yaml`. */
export function waiverFile(
  options: VerbInput["options"],
  { cwd, where }: Pick<VerbContext, "cwd" | "where">,
): string {
  const named = textOf(options, "setting") ?? where.env["PLIMSOLL_SETTING"];
  return named === undefined || named === "" ? join(cwd, "plimsoll.yaml") : resolve(cwd, named);
}

const WAIVE_EXAMPLE = 'plimsoll vet ./model --waive PLM-SEC-001 --reason "we wrote this file"';

function said(name: string, text: string | undefined, most: number): string {
  const words = text?.trim() ?? "";
  if (words === "") throw usage(`--waive wants --${name}`, WAIVE_EXAMPLE);
  if (words.length <= most) return words;
  throw usage(`--${name} has more than ${most} characters`, "Put the long story elsewhere.");
}

/** A day that is there, and is not over. */
function dayOf(text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined;
  const isDay = /^\d{4}-\d{2}-\d{2}$/u.test(text) && isReal(text);
  if (!isDay) throw usage(`--until "${text}" is no day`, "Write a day such as 2027-06-30.");
  if (text >= now.toISOString().slice(0, 10)) return text;
  throw usage(`--until ${text} is over`, "Name a day to come, or leave --until away.");
}

function isReal(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  // 30 February rolls over to March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function textOf(options: VerbInput["options"], name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

function usage(message: string, hint: string): PlimsollError {
  return new PlimsollError("usage", message, { hint });
}
