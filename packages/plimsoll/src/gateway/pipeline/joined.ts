import type { AppliedEdit } from "./guards.ts";
import { placeholderOf } from "./surrogates.ts";

/** An edit of one guard, or one that stands for edits of several. */
export type FoundEdit = AppliedEdit & {
  /** What the guard wants to stand there; undefined when it leaves that to the pipeline. */
  readonly replacement: string | undefined;
};

/**
 * Edits in order, those that are applied apart from each other: what overlaps is one edit over all of it, so that
 * no character of what any guard found is left. What only observes is told as it is.
 *
 * Two guards often find the same value, and then either replacement fits. One made for a part does not fit the
 * whole: it may show what the other guard hides. A replacement that brings its quotes stands for a value of JSON,
 * and so must what stands for more than that value.
 */
export function joined(edits: readonly FoundEdit[]): readonly FoundEdit[] {
  if (edits.length < 2) return edits;
  const ordered = edits.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const kept: FoundEdit[] = [];
  let last = -1;
  for (const edit of ordered) {
    const before = kept[last];
    if (edit.isApplied && before !== undefined && edit.start < before.end) {
      kept[last] = together(before, edit);
    } else {
      const length = kept.push(edit);
      if (edit.isApplied) last = length - 1;
    }
  }
  return kept;
}

/** One edit over two that overlap; the first begins no later. */
function together(first: FoundEdit, second: FoundEdit): FoundEdit {
  const { start, end, replacement } = first;
  if (second.start === start && second.end === end) {
    return { ...first, replacement: replacement ?? second.replacement };
  }
  const isValue = isQuoted(replacement) || isQuoted(second.replacement);
  return {
    ...first,
    end: Math.max(end, second.end),
    replacement: isValue ? `"${placeholderOf(first)}"` : undefined,
  };
}

function isQuoted(replacement: string | undefined): boolean {
  return replacement?.startsWith('"') === true;
}
