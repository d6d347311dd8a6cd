import type { Pattern } from "./pattern.ts";

/**
 * Characters that a pattern may take before a group begins, at most: before the group of that number, or, without
 * one, before whichever of its groups can begin last. Infinity without an end, 0 without such a group.
 */
export function longestBeforeGroup(pattern: Pattern, group?: number): number {
  return Math.max(0, new Reach(group).of(pattern).before);
}

/** Characters of a pattern, and those before the group within it, at most; -Infinity where it has none. */
type Longest = { readonly length: number; readonly before: number };

class Reach {
  readonly #group: number | undefined;
  /** Groups that were met, in the order in which they open. */
  #groups = 0;

  constructor(group: number | undefined) {
    this.#group = group;
  }

  of(pattern: Pattern): Longest {
    switch (pattern.kind) {
      case "set":
        return { length: 1, before: -Infinity };
      case "place":
        return { length: 0, before: -Infinity };
      case "group": {
        this.#groups += 1;
        const isMeant = this.#group === undefined || this.#group === this.#groups;
        const { length, before } = this.of(pattern.item);
        return { length, before: isMeant ? Math.max(0, before) : before };
      }
      case "repeat": {
        const { length, before } = this.of(pattern.item);
        const most = pattern.max ?? Infinity;
        const isWithin = before !== -Infinity;
        return {
          length: times(length, most),
          before: isWithin ? before + times(length, most - 1) : before,
        };
      }
      case "either": {
        const all = pattern.items.map((item) => this.of(item));
        return {
          length: all.reduce((most, one) => Math.max(most, one.length), 0),
          before: all.reduce((most, one) => Math.max(most, one.before), -Infinity),
        };
      }
      case "all": {
        let length = 0;
        let before = -Infinity;
        for (const item of pattern.items) {
          const one = this.of(item);
          // What has no group is at -Infinity, and stays there after a stretch without an end.
          if (one.before !== -Infinity) before = Math.max(before, length + one.before);
          length += one.length;
        }
        return { length, before };
      }
    }
  }
}

/** Nothing, without an end, is nothing. */
function times(length: number, count: number): number {
  return length === 0 ? 0 : length * Math.max(0, count);
}
