import { assertNever } from "../../kernel/assert-never.ts";
import type { Conclusion } from "../../kernel/conclude.ts";
import type { CheckOutcome, Finding } from "../../kernel/finding.ts";
import type { Json, JsonObject } from "../../kernel/json.ts";
import type { Unread } from "../../kernel/unread.ts";
import type { SecretFinder } from "../../text/secrets/find.ts";

/** A user and password in a web address. */
const USER_INFO = /(:\/\/)[^\s/@]{1,200}@/gu;

/** Characters of a credential that are left, so that its owner knows which it is. */
const LEFT = 4;

/**
 * Takes credentials out of everything a report would say.
 *
 * A file name, a parent's name or a key can hold one, and a report is handed on: whatever check quoted it,
 * the report shows no more than its last four characters.
 */
export function redactConclusion(conclusion: Conclusion, find: SecretFinder): Conclusion {
  const clean = (text: string): string => redactText(text, find);
  return {
    ...conclusion,
    unread: conclusion.unread.map((one) => redactUnread(one, clean)),
    concerns: conclusion.concerns.map((concern) => ({
      ...concern,
      results: concern.results.map((result) => ({
        ...result,
        outcome: redactOutcome(result.outcome, clean),
        unread: result.unread.map((one) => redactUnread(one, clean)),
      })),
    })),
  };
}

/** Takes credentials out of every text of a JSON value, keys too; and then what `mask` takes out. */
export function redactJson(value: Json, find: SecretFinder, mask: Clean): Json {
  return redactValue(value, (text) => mask(redactText(text, find)));
}

type Clean = (text: string) => string;

function redactText(text: string, find: SecretFinder): string {
  const bare = text.replaceAll(USER_INFO, "$1…@");
  let redacted = "";
  let from = 0;
  for (const { start, end } of find(bare, "").hits) {
    redacted += `${bare.slice(from, start)}…${bare.slice(Math.max(start, end - LEFT), end)}`;
    from = end;
  }
  return redacted + bare.slice(from);
}

function redactUnread(one: Unread, clean: Clean): Unread {
  const { member } = one;
  return {
    ...one,
    file: clean(one.file),
    ...(member === undefined ? {} : { member: clean(member) }),
    reason: clean(one.reason),
  };
}

function redactOutcome(outcome: CheckOutcome, clean: Clean): CheckOutcome {
  switch (outcome.kind) {
    case "pass":
    case "not-applicable":
      return outcome;
    case "unknown":
      return { ...outcome, reason: clean(outcome.reason) };
    case "findings":
      return { ...outcome, findings: outcome.findings.map((one) => redactFinding(one, clean)) };
    case "incomplete":
      return {
        ...outcome,
        reason: clean(outcome.reason),
        findings: outcome.findings.map((one) => redactFinding(one, clean)),
      };
    default:
      return assertNever(outcome);
  }
}

function redactFinding(finding: Finding, clean: Clean): Finding {
  const { at } = finding;
  return {
    ...finding,
    message: clean(finding.message),
    evidence: redactObject(finding.evidence, clean),
    ...(at === undefined
      ? {}
      : {
          at: {
            ...at,
            ...(at.file === undefined ? {} : { file: clean(at.file) }),
            ...(at.member === undefined ? {} : { member: clean(at.member) }),
          },
        }),
  };
}

function redactObject(object: JsonObject, clean: Clean): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      clean(key),
      value === undefined ? undefined : redactValue(value, clean),
    ]),
  );
}

function redactValue(value: Json, clean: Clean): Json {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map((item: Json) => redactValue(item, clean));
  if (typeof value === "object" && value !== null && !isList(value)) {
    return redactObject(value, clean);
  }
  return value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
