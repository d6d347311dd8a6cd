import { HIDDEN, seenAs } from "./look-alikes.ts";

/** Characters below this hide nothing and stand for themselves. */
const PLAIN_BELOW = 0xa0;

/** A place from which on the view and its source run side by side. */
type Mark = { readonly view: number; readonly source: number; readonly endBefore: number };

/** What a unit of a view is part of. A plain text has contents alone. */
export const CONTENT = "c";
export const STRUCTURE = "s";
export const NUMBER = "n";
/** What stands outside of texts and is no number: `true`, `false` and `null`, and all that no JSON has there. */
export const BARE = "b";

/**
 * A text as rules look at it, built as it comes in: what hides a value is left out or folded. It knows where
 * each of its characters comes from.
 */
export class View {
  /** Units of the view, and of the source, so far. */
  #length = 0;
  #consumed = 0;
  /** Where the source of the last unit ends. */
  #lastEnd = 0;
  #marks: Mark[] = [{ view: 0, source: 0, endBefore: 0 }];
  #isPairHidden = false;

  get length(): number {
    return this.#length;
  }

  /** What each unit of the last piece is, for a view of JSON. */
  get kinds(): string | undefined {
    return undefined;
  }

  /** Takes a piece of the source and returns what the view gains. */
  push(piece: string, _end: boolean): string {
    if (piece === "") return "";
    if (!this.#isPairHidden && isPlain(piece)) {
      this.#mark(this.#consumed);
      this.#length += piece.length;
      this.#consumed += piece.length;
      this.#lastEnd = this.#consumed;
      return piece;
    }
    let seen = "";
    for (let at = 0; at < piece.length; at += 1) {
      seen += this.take(piece.charCodeAt(at), 1);
    }
    return seen;
  }

  /** Takes one character as it is meant, which takes `units` of the source; returns what is seen of it. */
  protected take(unit: number, units: number): string {
    const from = this.#consumed;
    this.#consumed += units;
    const isHidden =
      unit >= PLAIN_BELOW &&
      (seenAs(unit) === HIDDEN || (this.#isPairHidden && (unit & 0xfc00) === 0xdc00));
    this.#isPairHidden = isHidden && (unit & 0xfc00) === 0xd800;
    if (isHidden) return "";
    this.#mark(from);
    this.#length += 1;
    this.#lastEnd = this.#consumed;
    return String.fromCharCode(unit < PLAIN_BELOW ? unit : seenAs(unit));
  }

  /** Where a unit of the view comes from; for the unit to come, what was taken so far. */
  sourceOf(view: number): number {
    if (view >= this.#length) return this.#consumed;
    const mark = this.#markOf(view);
    return mark.source + view - mark.view;
  }

  /** Where the source of the unit before ends. */
  sourceEnd(view: number): number {
    if (view >= this.#length) return this.#lastEnd;
    const mark = this.#markOf(view);
    return mark.view === view ? mark.endBefore : mark.source + view - mark.view;
  }

  /** Forgets where units before this one come from. */
  forget(view: number): void {
    let first = 0;
    while ((this.#marks[first + 1]?.view ?? Infinity) <= view) first += 1;
    if (first > 0) this.#marks = this.#marks.slice(first);
  }

  #mark(source: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && source - last.source === this.#length - last.view) return;
    this.#marks.push({ view: this.#length, source, endBefore: this.#lastEnd });
  }

  #markOf(view: number): Mark {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#marks[middle]?.view ?? 0) <= view) low = middle;
      else high = middle - 1;
    }
    return this.#marks[low] ?? { view: 0, source: 0, endBefore: 0 };
  }
}

function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= PLAIN_BELOW && seenAs(unit) !== unit) return false;
  }
  return true;
}
