import { isAlphanumeric, isDigit, isLetter } from "../ascii.ts";
import type { Found, Visit } from "./found.ts";
import type { IdentifierFacts } from "./schema.ts";

/** Where addresses are looked for, and what may stand beside one. */
export type EmailPlace = {
  /** Where to begin: what goes before is only looked at. */
  readonly from?: number;
  /**
   * True where people write, `_jane@corp.io_`, `jane@corp.io(work)` and `Jane/jane@corp.io` among the rest: only the
   * user of a web address is none then.
   */
  readonly mayRunOn?: boolean;
};

/**
 * Finds e-mail addresses of people: an ending that domains have, and neither a domain nor a mailbox that
 * stands for nobody.
 *
 * `user@1.2.3`, `@app.route`, `q@k.transpose(` and the user of a web address are none.
 */
export function findEmails(
  text: string,
  facts: Pick<IdentifierFacts, "emptyDomains" | "mailboxes" | "topLevels">,
  visit: Visit,
  { from = 0, mayRunOn = false }: EmailPlace = {},
): void {
  let at = text.indexOf("@", from);
  while (at >= 0) {
    const found = readEmail(text, at, facts.topLevels, mayRunOn);
    if (found !== undefined && isPersonal(found.value, facts)) visit(found);
    at = text.indexOf("@", at + 1);
  }
}

/** Characters before the @. RFC 5321, 4.5.3.1.1. */
const MAX_LOCAL = 64;
/** Characters of a domain. RFC 5321, 4.5.3.1.2. */
const MAX_DOMAIN = 255;
const MAX_LABEL = 63;

function readEmail(
  text: string,
  at: number,
  topLevels: ReadonlySet<string>,
  mayRunOn: boolean,
): Found | undefined {
  const start = localStart(text, at);
  if (start === undefined) return undefined;
  const end = domainEnd(text, at);
  if (end === undefined) return undefined;
  const domain = text.slice(at + 1, end).toLowerCase();
  if (!isDomain(domain, topLevels) || isUrlUser(text, start, mayRunOn)) return undefined;
  if (!mayRunOn && isCall(text, end)) return undefined;
  return { start, end, value: `${text.slice(start, at).toLowerCase()}@${domain}` };
}

/** Where the name before the @ begins; none when it is empty, too long or ends in a dot. */
function localStart(text: string, at: number): number | undefined {
  let start = at;
  while (start > 0 && isLocal(text.charCodeAt(start - 1))) {
    start -= 1;
    if (at - start > MAX_LOCAL) return undefined;
  }
  // In JSON and in programs `\n` before an address is a line end and not its first letter.
  if (text.charAt(start - 1) === "\\" && /[nrt]/u.test(text.charAt(start))) start += 1;
  while (start < at && !isAlphanumeric(text.charCodeAt(start))) start += 1;
  return start === at || text.charAt(at - 1) === "." ? undefined : start;
}

function isLocal(code: number): boolean {
  return (
    isAlphanumeric(code) ||
    code === 0x2e ||
    code === 0x5f ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x25
  );
}

/** Where the domain after the @ ends: after its last letter or digit. */
function domainEnd(text: string, at: number): number | undefined {
  let end = at + 1;
  while (isAlphanumeric(text.charCodeAt(end)) || isDotOrHyphen(text.charCodeAt(end))) {
    end += 1;
    if (end - at > MAX_DOMAIN) return undefined;
  }
  while (end > at + 1 && isDotOrHyphen(text.charCodeAt(end - 1))) end -= 1;
  return end;
}

function isDotOrHyphen(code: number): boolean {
  return code === 0x2e || code === 0x2d;
}

function isDomain(domain: string, topLevels: ReadonlySet<string>): boolean {
  const labels = domain.split(".");
  const last = labels.at(-1) ?? "";
  return (
    labels.length > 1 && (topLevels.has(last) || last.startsWith("xn--")) && labels.every(isLabel)
  );
}

function isLabel(label: string): boolean {
  return (
    label.length > 0 && label.length <= MAX_LABEL && !label.startsWith("-") && !label.endsWith("-")
  );
}

/** A call, an index or a further name: `a@b.to(device)` multiplies matrices. */
function isCall(text: string, end: number): boolean {
  const after = text.charAt(end);
  return after === "(" || after === "[" || after === "_" || after === "@";
}

/** How far before a name the `//` of its web address is looked for. */
const MAX_USER = 128;

/** True for `//user@host` and `//user:secret@host`, which name a machine's account, and for paths in files. */
function isUrlUser(text: string, start: number, mayRunOn: boolean): boolean {
  const before = text.charAt(start - 1);
  if (before === "/") return !mayRunOn || text.charAt(start - 2) === "/";
  if (before !== ":") return false;
  for (let index = start - 2; index >= Math.max(0, start - MAX_USER); index -= 1) {
    const code = text.charCodeAt(index);
    if (code === 0x2f) return text.charAt(index - 1) === "/";
    if (!isLocal(code)) return false;
  }
  return false;
}

/** False for what stands for nobody: reserved domains, machines, shared mailboxes, and names of digits alone. */
function isPersonal(
  value: string,
  facts: Pick<IdentifierFacts, "emptyDomains" | "mailboxes">,
): boolean {
  const [local = "", domain = ""] = value.split("@");
  const [mailbox = ""] = local.split("+");
  if (facts.mailboxes.has(mailbox) || !hasLetter(local)) return false;
  const labels = domain.split(".");
  return !labels.some((_, index) => facts.emptyDomains.has(labels.slice(index).join(".")));
}

/** `12345@qq.com` is a person's, `2@x.io` is not: digits alone count from five on. */
function hasLetter(local: string): boolean {
  let digits = 0;
  for (let index = 0; index < local.length; index += 1) {
    const code = local.charCodeAt(index);
    if (isLetter(code)) return true;
    if (isDigit(code)) digits += 1;
  }
  return digits >= 5;
}
