/** Some value has begun and is not decided. */
export const HOLDS = 1;
/** Some pattern has matched. */
export const ACCEPTS = 2;

/** The automaton after a character. */
export class State {
  /** Nodes with their lowest bit for "has begun a value", in any order; fresh beginnings are left out. */
  readonly items: Int32Array;
  readonly before: number;
  /** True for values that had begun at some place alone: nothing begins anew in it. */
  readonly isDrain: boolean;
  /** Patterns that matched with the last character or just before it. */
  readonly accepts: readonly number[];
  /** HOLDS, ACCEPTS. */
  readonly flags: number;
  /** States after one more character, by class, as far as they were met; shared by all that know none. */
  next: (State | undefined)[];
  /** True when it was gone on from before: most states of a text made to meet new ones never are again. */
  isKnown = false;
  /** The next of those that share a number. */
  alike: State | undefined;

  constructor(
    items: Int32Array,
    { before, isDrain }: Pick<State, "before" | "isDrain">,
    accepts: readonly number[],
    next: (State | undefined)[],
  ) {
    this.items = items;
    this.before = before;
    this.isDrain = isDrain;
    this.accepts = accepts;
    this.flags = (holdsValue(items) ? HOLDS : 0) | (accepts.length > 0 ? ACCEPTS : 0);
    this.next = next;
  }
}

function holdsValue(items: Int32Array): boolean {
  for (let at = 0; at < items.length; at += 1) if (((items[at] ?? 0) & 1) === 1) return true;
  return false;
}
