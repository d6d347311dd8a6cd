import { LineCounter, parseDocument, type Document, type YAMLParseError } from "yaml";

import { PlimsollError, reasonOf } from "../kernel/error.ts";
import { nearestWord } from "./nearest.ts";
import { readSettingFile, SETTING_KEYS, type SettingFile, type SettingProblem } from "./schema.ts";

/** Characters of a setting file: beyond it somebody named the wrong file. */
const SETTING_MAX_CHARACTERS = 1_048_576;

/**
 * Reads the text of a setting file.
 * @throws PlimsollError `setting-invalid` that names every problem with its line.
 */
export function parseSettingText(text: string, path: string): SettingFile {
  if (text.length > SETTING_MAX_CHARACTERS) throw invalid(path, ["it is larger than 1 MiB"]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw invalid(path, document.errors.map(saidOf));
  }
  const result = readSettingFile(valueOf(document, path));
  if (result.kind === "read") return result.file;
  const told = result.problems
    .map((problem) => ({ problem, line: lineOf(problem, document, lines) }))
    .toSorted((a, b) => a.line - b.line);
  throw invalid(
    path,
    told.map(({ problem, line }) => describe(problem, line)),
  );
}

/** What is wrong with YAML, and where. */
function saidOf({ message, linePos }: YAMLParseError): string {
  const at = linePos === undefined ? "" : ` at line ${linePos[0].line}, column ${linePos[0].col}`;
  return `${withoutQuote(message)}${at}`;
}

/** The reader's own words: what it quotes stands behind a colon, and could be a secret (CWE-532). */
function withoutQuote(message: string): string {
  return message.replace(/(?::| at line \d).*$/su, "");
}

/** The line of the key at fault; 0 when the file as a whole is. */
function lineOf(problem: SettingProblem, document: Document, lines: LineCounter): number {
  const node: unknown = document.getIn(problem.key.split("."), true);
  const range =
    typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)
      ? node.range
      : undefined;
  const start: unknown = range?.[0];
  return typeof start === "number" ? lines.linePos(start).line : 0;
}

/** Aliases that a setting file may expand: a YAML bomb multiplies them (CWE-776). */
const SETTING_MAX_ALIASES = 100;

function valueOf(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: SETTING_MAX_ALIASES }) ?? {};
  } catch (error) {
    throw invalid(path, [withoutQuote(reasonOf(error))]);
  }
}

function describe(problem: SettingProblem, line: number): string {
  const place = line === 0 ? "" : ` (line ${line})`;
  const nearest =
    problem.message === "unknown key" ? nearestWord(problem.key, SETTING_KEYS) : undefined;
  const did = nearest === undefined ? "" : `, did you mean "${nearest}"`;
  return `${problem.key || "the file"}${place}: ${problem.message}${did}`;
}

function invalid(path: string, problems: readonly string[]): PlimsollError {
  return new PlimsollError("setting-invalid", `${path} cannot be used: ${problems.join("; ")}`, {
    hint: "See docs/reference/plimsoll.schema.json for every field.",
    docs: "guides/vet.md",
  });
}
