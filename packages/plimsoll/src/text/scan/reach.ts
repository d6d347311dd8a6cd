import type { Pattern } from "./pattern.ts";

/** Characters that a pattern may take before its first group, at most; Infinity without an end, 0 without a group. */
export function longestBeforeGroup(pattern: Pattern): number {
  const { length, hasGroup } = reach(pattern);
  return hasGroup ? length : 0;
}

type Reach = { readonly length: number; readonly hasGroup: boolean };

function reach(pattern: Pattern): Reach {
  switch (pattern.kind) {
    case "set":
      return { length: 1, hasGroup: false };
    case "place":
      return { length: 0, hasGroup: false };
    case "group":
      return { length: 0, hasGroup: true };
    case "repeat": {
      const { length, hasGroup } = reach(pattern.item);
      if (hasGroup || length === 0) return { length, hasGroup };
      return { length: length * (pattern.max ?? Infinity), hasGroup };
    }
    case "either": {
      const all = pattern.items.map(reach);
      const length = all.reduce((most, one) => Math.max(most, one.length), 0);
      return { length, hasGroup: all.some(({ hasGroup }) => hasGroup) };
    }
    case "all": {
      let length = 0;
      for (const item of pattern.items) {
        const one = reach(item);
        length += one.length;
        if (one.hasGroup) return { length, hasGroup: true };
      }
      return { length, hasGroup: false };
    }
  }
}
