import type { Delta } from "../delta.ts";

/** Calls of one choice: more are no answer to anything we asked (CWE-770). */
const CALLS_MAX = 1_024;

/** Characters of arguments that wait for the name of their call (CWE-770). */
const NAMELESS_MAX_CHARS = 65_536;

/** A piece of a call as a server wrote it; what it left out is empty, or undefined. */
export type CallPiece = {
  readonly index: number | undefined;
  readonly id: string;
  readonly name: string;
  readonly args: string;
  /** True where the answer came whole: each piece is a call of its own. */
  readonly isWhole: boolean;
};

type Call = { readonly number: number; id: string; hasBegun: boolean; waiting: string };

/**
 * Tells whose a piece of a call is, and numbers the calls of one choice from 0.
 *
 * Servers differ: some number every call 0 and tell them apart by their ids, some send no number at all, some
 * repeat id and name with every piece, and some send the name after the first piece.
 */
export class Calls {
  readonly #choice: number;
  readonly #take: (delta: Delta) => void;
  readonly #calls: Call[] = [];
  readonly #byIndex = new Map<number, Call>();

  constructor(choice: number, take: (delta: Delta) => void) {
    this.#choice = choice;
    this.#take = take;
  }

  push(piece: CallPiece): void {
    const call = this.#callOf(piece);
    if (call === undefined) return;
    if (call.id === "") call.id = piece.id;
    if (call.hasBegun) {
      if (piece.args !== "") this.#say(call, { args: piece.args });
      return;
    }
    call.waiting += piece.args;
    if (piece.name === "" && call.waiting.length <= NAMELESS_MAX_CHARS) return;
    this.#begin(call, piece.name);
  }

  /** No more will come: a call that got no name goes out without one. */
  end(): void {
    for (const call of this.#calls) if (!call.hasBegun) this.#begin(call, "");
  }

  #callOf({ index, id, name, isWhole }: CallPiece): Call | undefined {
    if (isWhole) return this.#open(id);
    if (index !== undefined) {
      const known = this.#byIndex.get(index);
      const isOther = name !== "" && id !== "" && known?.id !== "" && known?.id !== id;
      if (known !== undefined && !isOther) return known;
      const own = known === undefined ? undefined : this.#withId(id);
      const call = own ?? this.#open(id);
      if (call !== undefined) this.#byIndex.set(index, call);
      return call;
    }
    const own = id === "" ? undefined : this.#withId(id);
    if (own !== undefined) return own;
    const last = this.#calls.at(-1);
    const goesOn = last !== undefined && id === "" && (name === "" || !last.hasBegun);
    return goesOn ? last : this.#open(id);
  }

  #withId(id: string): Call | undefined {
    return this.#calls.find((call) => call.id === id);
  }

  #open(id: string): Call | undefined {
    if (this.#calls.length >= CALLS_MAX) return undefined;
    const call = { number: this.#calls.length, id, hasBegun: false, waiting: "" };
    this.#calls.push(call);
    return call;
  }

  #begin(call: Call, name: string): void {
    call.hasBegun = true;
    const args = call.waiting === "" ? {} : { args: call.waiting };
    call.waiting = "";
    this.#say(call, { id: call.id, name, ...args });
  }

  #say({ number }: Call, more: { id?: string; name?: string; args?: string }): void {
    this.#take({ kind: "tool", choice: this.#choice, index: number, ...more });
  }
}
