/** A stretch where two sequences differ: `[from, to)` in each. One of them may be empty. */
export type Edit = {
  readonly aFrom: number;
  readonly aTo: number;
  readonly bFrom: number;
  readonly bTo: number;
};

/** A walk that ends at the end of both sequences, or undefined when they differ by more than the limit. */
type Walk = { readonly trace: readonly Int32Array[]; readonly distance: number };

/**
 * Where two sequences differ, with the fewest words taken out and put in; undefined when that is more than `most`.
 * Takes time and memory in the order of length times distance, so the limit bounds both.
 * @see Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986)
 */
export function diffWords(
  a: Uint16Array,
  b: Uint16Array,
  most: number,
): { readonly distance: number; readonly edits: readonly Edit[] } | undefined {
  const walk = forward(a, b, most);
  if (walk === undefined) return undefined;
  return { distance: walk.distance, edits: joined(backward(walk, a.length, b.length)) };
}

/** The furthest points on each diagonal, for each number of edits. */
function forward(a: Uint16Array, b: Uint16Array, most: number): Walk | undefined {
  const limit = Math.min(most, a.length + b.length);
  const trace: Int32Array[] = [];
  let furthest = new Int32Array(3);
  for (let distance = 0; distance <= limit; distance += 1) {
    const next = new Int32Array(2 * distance + 3);
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = distance === 0 ? 0 : step(furthest, distance, diagonal);
      let y = x - diagonal;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      next[diagonal + distance + 1] = x;
      if (x >= a.length && y >= b.length) {
        trace.push(next);
        return { trace, distance };
      }
    }
    trace.push(next);
    furthest = next;
  }
  return undefined;
}

/** Where the best walk of one edit less arrives on this diagonal: a word taken from `a`, or one put in from `b`. */
function step(furthest: Int32Array, distance: number, diagonal: number): number {
  return isDown(furthest, distance, diagonal)
    ? at(furthest, distance - 1, diagonal + 1)
    : at(furthest, distance - 1, diagonal - 1) + 1;
}

function isDown(furthest: Int32Array, distance: number, diagonal: number): boolean {
  if (diagonal === -distance) return true;
  if (diagonal === distance) return false;
  return at(furthest, distance - 1, diagonal - 1) < at(furthest, distance - 1, diagonal + 1);
}

function at(furthest: Int32Array, distance: number, diagonal: number): number {
  return furthest[diagonal + distance + 1] ?? 0;
}

/** The single edits, last first. */
function backward({ trace, distance }: Walk, aLength: number, bLength: number): readonly Edit[] {
  const edits: Edit[] = [];
  let diagonal = aLength - bLength;
  for (let left = distance; left > 0; left -= 1) {
    const before = trace[left - 1] ?? new Int32Array(3);
    const down = isDown(before, left, diagonal);
    const from = down ? diagonal + 1 : diagonal - 1;
    const x = at(before, left - 1, from);
    const y = x - from;
    edits.push({ aFrom: x, aTo: down ? x : x + 1, bFrom: y, bTo: down ? y + 1 : y });
    diagonal = from;
  }
  return edits;
}

/** Edits that touch are one. */
function joined(lastFirst: readonly Edit[]): readonly Edit[] {
  const edits: Edit[] = [];
  for (const edit of lastFirst.toReversed()) {
    const before = edits.at(-1);
    if (before?.aTo === edit.aFrom && before.bTo === edit.bFrom) {
      edits[edits.length - 1] = { ...before, aTo: edit.aTo, bTo: edit.bTo };
    } else edits.push(edit);
  }
  return edits;
}
