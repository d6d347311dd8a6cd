import { RE2JS } from "re2js";

import { shannonEntropy } from "../entropy.ts";
import { buildScanner } from "../scan.ts";
import type { SegmentFinder, SegmentHit } from "../segments/scanner.ts";
import type { SecretRules } from "./rules-schema.ts";

/** Hits of one rule in one text: more are one attack or one list (CWE-834). */
const HITS_MAX = 1_000;

type RawRule = SecretRules["rules"][number];

/** A rule whose expressions are compiled when a keyword of it is met for the first time. */
class Rule {
  readonly id: string;
  readonly #raw: RawRule;
  readonly #allowed: readonly string[];
  #pattern: RE2JS | undefined;
  #lists: readonly AllowList[] | undefined;

  constructor(raw: RawRule, allowed: readonly string[]) {
    this.id = raw.id;
    this.#raw = raw;
    this.#allowed = allowed;
  }

  find(text: string, visit: (hit: SegmentHit) => void): void {
    this.#pattern ??= RE2JS.compile(this.#raw.regex);
    const matcher = this.#pattern.matcher(text);
    for (let hits = 0; hits < HITS_MAX && matcher.find(); hits += 1) {
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
    this.#lists ??= [
      allowListOf({ regexes: [...this.#allowed] }),
      ...(this.#raw.allowlists ?? []).map(allowListOf),
    ];
    return this.#lists.some((list) => list(secret, match, text, at));
  }
}

type AllowList = (secret: string, match: string, text: string, at: number) => boolean;

function allowListOf(raw: NonNullable<RawRule["allowlists"]>[number]): AllowList {
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
 * Opens the rules for searching. A rule is tried only where one of its keywords stands, all of which are found in
 * one pass.
 */
export function openSecretRules(rules: SecretRules, only?: readonly string[]): SegmentFinder {
  const wanted = rules.rules.filter(({ id }) => only === undefined || only.includes(id));
  const opened = wanted.map((raw) => new Rule(raw, rules.allowed));
  const byKeyword = new Map<string, Rule[]>();
  for (const [at, raw] of wanted.entries()) {
    const rule = opened[at];
    if (rule === undefined) continue;
    for (const keyword of raw.keywords) {
      const lower = keyword.toLowerCase();
      byKeyword.set(lower, [...(byKeyword.get(lower) ?? []), rule]);
    }
  }
  const keywords = [...byKeyword.keys()];
  const scanner = buildScanner(keywords, { ignoreCase: true });
  const rulesOf = keywords.map((keyword) => byKeyword.get(keyword) ?? []);
  return (text) => {
    const met = new Set<Rule>();
    scanner.scan(text, (keyword) => {
      for (const rule of rulesOf[keyword] ?? []) met.add(rule);
    });
    const hits: SegmentHit[] = [];
    for (const rule of met) rule.find(text, (hit) => hits.push(hit));
    return hits;
  };
}

/** Words after which a value may follow, blanks between: those of rules that look for a name before a value. */
export function namesOf(rules: SecretRules): readonly string[] {
  const gapped = rules.rules.filter(
    ({ regex }) => regex.includes("{0,20}") || regex.includes("\\s"),
  );
  return [...new Set(gapped.flatMap(({ keywords }) => keywords))].filter((word) => word.length > 2);
}
