import { hasChar } from "../text/scan/char-set.ts";
import { parsePattern, type Pattern } from "../text/scan/pattern.ts";

/** Repeats beyond the least that a sample has. */
const MORE_REPEATS = 12;

/** A text that a pattern may match: places such as word boundaries are not looked after. */
export function sampleOf(pattern: string, next: (limit: number) => number): string {
  return sample(parsePattern(pattern), next);
}

function sample(pattern: Pattern, next: (limit: number) => number): string {
  switch (pattern.kind) {
    case "place":
      return "";
    case "set": {
      const from = next(95);
      for (let step = 0; step < 95; step += 1) {
        const code = 0x20 + ((from + step) % 95);
        if (hasChar(pattern.set, code)) return String.fromCharCode(code);
      }
      return String.fromCodePoint(pattern.set[0]?.[0] ?? 0x20);
    }
    case "all":
      return pattern.items.map((item) => sample(item, next)).join("");
    case "either": {
      const item = pattern.items[next(pattern.items.length)];
      return item === undefined ? "" : sample(item, next);
    }
    case "group":
      return sample(pattern.item, next);
    case "repeat": {
      const { item, min, max } = pattern;
      const count = min + next(Math.min(max ?? Infinity, min + MORE_REPEATS) - min + 1);
      return Array.from({ length: count }, () => sample(item, next)).join("");
    }
  }
}
