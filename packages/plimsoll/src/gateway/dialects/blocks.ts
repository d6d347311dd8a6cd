import type { TokenLogprob } from "../../engine/delta.ts";
import type { Released, ReleasedDelta } from "../released.ts";
import { JsonEnd } from "./json-end.ts";

/** A stretch of an answer of one kind. */
export type Block = {
  readonly kind: "text" | "reasoning" | "refusal" | "tool";
  /** Counts from 0, over all blocks of the answer. */
  readonly at: number;
  /** Of a call: its own number, and its name. */
  readonly call: number;
  readonly name: Released | undefined;
};

/** Writes blocks, one after another. Each returns what it writes. */
export type BlockWriter = {
  readonly open: (block: Block) => string;
  readonly piece: (block: Block, text: Released, logprobs: Logprobs) => string;
  readonly close: (block: Block) => string;
};

type Logprobs = readonly TokenLogprob[] | undefined;

type Piece = { readonly text: Released; readonly logprobs: Logprobs };

/** What a block is and what it gets, before it has its place. */
type Put = Pick<Block, "kind" | "call" | "name"> & { readonly pieces: readonly Piece[] };

/**
 * Puts an answer into blocks that follow one another, for dialects in which the next begins when the one before
 * has ended.
 *
 * Engines may write several calls to and fro. A call is not ended before its arguments are whole JSON: what
 * comes for others meanwhile waits, gathered by call, so that an engine that goes to and fro often costs no more
 * than its text. Only the first choice is written: these dialects have one.
 */
export class Blocks {
  readonly #writer: BlockWriter;
  readonly #begun = new Set<number>();
  #open: Block | undefined;
  #end = new JsonEnd();
  #count = 0;
  #waiting: (Omit<Put, "pieces"> & { readonly pieces: Piece[] })[] = [];

  constructor(writer: BlockWriter) {
    this.#writer = writer;
  }

  /** True once a call was written. */
  get hasCalls(): boolean {
    return this.#begun.size > 0;
  }

  /** Takes what may leave; returns what it writes. */
  take(delta: ReleasedDelta): string {
    if (delta.kind === "usage" || delta.kind === "finish" || delta.choice !== 0) return "";
    if (delta.kind === "tool") {
      const { index: call, name, args } = delta;
      const pieces = args === undefined || args === "" ? [] : [{ text: args, logprobs: undefined }];
      return this.#put({ kind: "tool", call, name, pieces });
    }
    const { kind, text, logprobs } = delta;
    if (text === "") return "";
    if (this.#open?.kind === kind) return this.#writer.piece(this.#open, text, logprobs);
    return this.#put({ kind, call: 0, name: undefined, pieces: [{ text, logprobs }] });
  }

  /** Ends what is open, and writes what waits. */
  end(): string {
    let written = this.#shut();
    while (this.#waiting.length > 0) written += this.#replay() + this.#shut();
    return written;
  }

  #put(put: Put): string {
    const open = this.#open;
    const isNew = put.name !== undefined;
    if (open?.kind === put.kind && open.call === put.call && !isNew) {
      return this.#write(open, put.pieces);
    }
    if (open?.kind === "tool" && !this.#end.isWhole) {
      this.#wait(put);
      return "";
    }
    // More for a call that was ended as whole: blanks, or no JSON.
    if (put.kind === "tool" && !isNew && this.#begun.has(put.call)) return "";
    const ended = this.#shut();
    const block = { kind: put.kind, at: this.#count, call: put.call, name: put.name };
    this.#open = block;
    this.#count += 1;
    this.#end = new JsonEnd();
    if (put.kind === "tool") this.#begun.add(put.call);
    return ended + this.#writer.open(block) + this.#write(block, put.pieces);
  }

  #write(block: Block, pieces: readonly Piece[]): string {
    let written = "";
    for (const { text, logprobs } of pieces) {
      written += this.#writer.piece(block, text, logprobs);
      if (block.kind === "tool") this.#end.push(text);
    }
    const goesOn = block.kind === "tool" && this.#end.isWhole && this.#waiting.length > 0;
    return goesOn ? written + this.#shut() + this.#replay() : written;
  }

  #wait({ pieces, ...put }: Put): void {
    const same =
      put.kind === "tool"
        ? this.#waiting.findLast(({ kind, call }) => kind === "tool" && call === put.call)
        : this.#waiting.at(-1);
    if (same?.kind === put.kind && put.name === undefined) same.pieces.push(...pieces);
    else this.#waiting.push({ ...put, pieces: [...pieces] });
  }

  #shut(): string {
    const open = this.#open;
    this.#open = undefined;
    return open === undefined ? "" : this.#writer.close(open);
  }

  #replay(): string {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting.map((put) => this.#put(put)).join("");
  }
}
