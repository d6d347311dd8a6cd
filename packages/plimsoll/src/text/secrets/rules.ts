import { shannonEntropy } from "../entropy.ts";
import { buildScanner, type KeywordScanner } from "../scan.ts";
import type { ScanFinder, ScanHit, ScanRule } from "../scan/hit.ts";
import { Matcher } from "../scan/matcher.ts";
import { parsePattern, type Pattern } from "../scan/pattern.ts";
import { longestBeforeGroup } from "../scan/reach.ts";
import { withoutLead } from "../scan/program.ts";
import type { SecretRules } from "./rules-schema.ts";

type RawRule = SecretRules["rules"][number];

/** A rule whose expressions are compiled when its form is met for the first time. */
class Rule {
  readonly id: string;
  readonly #raw: RawRule;
  readonly #pattern: Pattern;
  readonly #allowed: AllowRaw;
  /** Characters before a value at which its match may begin, with the value's name. */
  readonly #before: number;
  #matcher: Matcher | undefined;
  #lists: readonly AllowList[] | undefined;

  readonly #keywords: readonly string[];
  readonly #lower: LowerCase;
  /** True when an allow-list looks at all that the expression matched. */
  readonly #isMatchAsked: boolean;

  constructor(raw: RawRule, allowed: AllowRaw, lower: LowerCase) {
    this.id = raw.id;
    this.#raw = raw;
    this.#allowed = allowed;
    this.#keywords = raw.keywords.map((keyword) => keyword.toLowerCase());
    this.#lower = lower;
    this.#isMatchAsked = (raw.allowlists ?? []).some(({ target }) => target === "match");
    this.#pattern = parsePattern(raw.regex);
    this.#before = raw.group === 0 ? 0 : longestBeforeGroup(withoutLead(this.#pattern), raw.group);
  }

  readonly find: ScanFinder = (text, from, visit) => {
    const lower = this.#lower.of(text);
    if (this.#keywords.some((keyword) => lower.includes(keyword))) this.#search(text, from, visit);
  };

  #search(text: string, from: number, visit: (hit: ScanHit) => void): void {
    const matcher = (this.#matcher ??= new Matcher(
      this.#isMatchAsked ? this.#pattern : withoutLead(this.#pattern),
    ));
    const begin = Math.max(0, from - this.#before);
    for (let at = begin; at <= text.length && matcher.find(text, at);) {
      const [matched, after] = [matcher.start(0), matcher.end(0)];
      const group = this.#groupOf(matcher);
      const [start, end] = [matcher.start(group), matcher.end(group)];
      // What looks like a value may hold the name of the next one.
      at = Math.max(group === 0 ? after : start, matched + 1);
      if (start < from || end <= start) continue;
      const match = text.slice(matched, after);
      if (this.#isAllowed(text.slice(start, end), match, text, start)) continue;
      visit({ start, end, type: this.id, rule: this.id });
    }
  }

  /** The rule's own group, else the first that took part: that is the secret, and the rest is its surroundings. */
  #groupOf(matcher: Matcher): number {
    if (this.#raw.group !== undefined) return this.#raw.group;
    for (let group = 1; group <= matcher.groups; group += 1) {
      if (matcher.end(group) > matcher.start(group)) return group;
    }
    return 0;
  }

  #isAllowed(secret: string, match: string, text: string, at: number): boolean {
    const { entropy } = this.#raw;
    if (entropy !== undefined && shannonEntropy(secret) <= entropy) return true;
    this.#lists ??= [allowListOf(this.#allowed), ...(this.#raw.allowlists ?? []).map(allowListOf)];
    return this.#lists.some((list) => list(secret, match, text, at));
  }
}

/** The lower case of the text that rules are asked about one after another, made once. */
class LowerCase {
  #text = "";
  #lower = "";

  of(text: string): string {
    if (text !== this.#text) {
      this.#text = text;
      this.#lower = text.toLowerCase();
    }
    return this.#lower;
  }
}

type AllowRaw = NonNullable<RawRule["allowlists"]>[number];

type AllowList = (secret: string, match: string, text: string, at: number) => boolean;

function allowListOf(raw: AllowRaw): AllowList {
  const patterns = (raw.regexes ?? []).map((regex) => new Matcher(parsePattern(regex)));
  const stopWords = buildScanner(raw.stopWords ?? [], { ignoreCase: true });
  return (secret, match, text, at) => {
    // What asks for a path as well cannot be met here: a text in traffic has none.
    if (raw.condition === "AND" && raw.hasPaths === true) return false;
    const line = raw.target === "line" ? lineAt(text, at) : "";
    const looked = raw.target === "match" ? match : raw.target === "line" ? line : secret;
    return holdsWord(stopWords, secret) || patterns.some((pattern) => pattern.find(looked, 0));
  };
}

function holdsWord(words: KeywordScanner, text: string): boolean {
  let isHeld = false;
  words.scan(text, () => {
    isHeld = true;
  });
  return isHeld;
}

function lineAt(text: string, at: number): string {
  const start = text.lastIndexOf("\n", at) + 1;
  const end = text.indexOf("\n", at);
  return text.slice(start, end === -1 ? text.length : end);
}

/**
 * A key in its lines, which `private-keys.ts` finds: the rule takes whatever stands between two lines of dashes,
 * so that a page which only speaks of a key's first line would wait for its last.
 */
const BY_HAND = "private-key";

/**
 * The rules of `knowledge/secret-rules.yaml`, ready to be compiled into a scan. As in their source, a rule counts
 * only where one of its keywords stands near: 40 hexadecimal digits are a Sourcegraph token beside that word.
 */
export function secretScanRules(rules: SecretRules, only?: readonly string[]): readonly ScanRule[] {
  const allowed: AllowRaw = { regexes: rules.allowed, stopWords: rules.stopWords };
  const lower = new LowerCase();
  return rules.rules
    .filter(({ id }) => id !== BY_HAND && (only === undefined || only.includes(id)))
    .map((raw) => ({
      pattern: raw.regex,
      isWhole: raw.group === 0,
      find: new Rule(raw, allowed, lower).find,
    }));
}

/** What `only` may name of them. */
export function secretRuleNames({ rules }: SecretRules): readonly string[] {
  return rules.map(({ id }) => id);
}
