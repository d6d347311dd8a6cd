import { RE2JS } from "re2js";

import { shannonEntropy } from "../entropy.ts";
import type { ScanFinder, ScanHit, ScanRule } from "../scan/hit.ts";
import { parsePattern } from "../scan/pattern.ts";
import { longestBeforeGroup } from "../scan/reach.ts";
import type { SecretRules } from "./rules-schema.ts";

/** Hits of one rule in one text: more are one attack or one list (CWE-834). */
const HITS_MAX = 1_000;

type RawRule = SecretRules["rules"][number];

/** A rule whose expressions are compiled when its form is met for the first time. */
class Rule {
  readonly id: string;
  readonly #raw: RawRule;
  readonly #allowed: AllowRaw;
  /** Characters before a value at which its match may begin, with the value's name. */
  readonly #before: number;
  #pattern: RE2JS | undefined;
  #lists: readonly AllowList[] | undefined;

  constructor(raw: RawRule, allowed: AllowRaw) {
    this.id = raw.id;
    this.#raw = raw;
    this.#allowed = allowed;
    this.#before = raw.group === 0 ? 0 : longestBeforeGroup(parsePattern(raw.regex));
  }

  readonly find: ScanFinder = (text, from, visit) => {
    const lower = text.toLowerCase();
    if (this.#raw.keywords.some((keyword) => lower.includes(keyword.toLowerCase()))) {
      this.#search(text, from, visit);
    }
  };

  #search(text: string, from: number, visit: (hit: ScanHit) => void): void {
    this.#pattern ??= RE2JS.compile(this.#raw.regex);
    const matcher = this.#pattern.matcher(text);
    let isFound = matcher.find(Math.max(0, from - this.#before));
    for (let hits = 0; hits < HITS_MAX && isFound; hits += 1, isFound = matcher.find()) {
      const group = this.#groupOf(matcher);
      const secret = matcher.group(group) ?? "";
      const [start, end] = [matcher.start(group), matcher.end(group)];
      if (secret === "" || start < 0) continue;
      if (this.#isAllowed(secret, matcher.group() ?? "", text, start)) continue;
      visit({ start, end, type: this.id, rule: this.id });
    }
  }

  /** The rule's own group, else the first that took part: that is the secret, and the rest is its surroundings. */
  #groupOf(matcher: ReturnType<RE2JS["matcher"]>): number {
    if (this.#raw.group !== undefined) return this.#raw.group;
    for (let group = 1; group <= matcher.groupCount(); group += 1) {
      if ((matcher.group(group) ?? "") !== "") return group;
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

type AllowRaw = NonNullable<RawRule["allowlists"]>[number];

type AllowList = (secret: string, match: string, text: string, at: number) => boolean;

function allowListOf(raw: AllowRaw): AllowList {
  const patterns = (raw.regexes ?? []).map((regex) => RE2JS.compile(regex));
  const stopWords = raw.stopWords ?? [];
  return (secret, match, text, at) => {
    // What asks for a path as well cannot be met here: a text in traffic has none.
    if (raw.condition === "AND" && raw.hasPaths === true) return false;
    const line = raw.target === "line" ? lineAt(text, at) : "";
    const looked = raw.target === "match" ? match : raw.target === "line" ? line : secret;
    const lower = secret.toLowerCase();
    return (
      patterns.some((pattern) => pattern.matcher(looked).find()) ||
      stopWords.some((word) => lower.includes(word.toLowerCase()))
    );
  };
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
  return rules.rules
    .filter(({ id }) => id !== BY_HAND && (only === undefined || only.includes(id)))
    .map((raw) => ({
      pattern: raw.regex,
      isWhole: raw.group === 0,
      find: new Rule(raw, allowed).find,
    }));
}

/** What `only` may name of them. */
export function secretRuleNames({ rules }: SecretRules): readonly string[] {
  return rules.map(({ id }) => id);
}
