import type { Cursor } from "../core/cursor.ts";
import { FormatError, type FormatErrorCode } from "../core/format-error.ts";
import type { ByteRange } from "../core/parsed.ts";
import type { Effect, Reader } from "./effects.ts";
import { Frame } from "./frame.ts";
import { ImportCache } from "./import-cache.ts";
import type { EmbeddedStream, JoblibArray } from "./joblib.ts";
import type { Ledger } from "./ledger.ts";
import { Memo } from "./memo.ts";
import type { NestedPayload } from "./nested.ts";
import { Operands } from "./operands.ts";
import type { CallValue, Value } from "./values.ts";

/** Where a stream lies: its bytes in the cursor's source, and what offsets to report. */
export type StreamPlace = {
  readonly start: number;
  readonly end: number;
  /** The text that the bytes were decoded from, when they were: all offsets to report are its start. */
  readonly report: ByteRange | undefined;
};

/**
 * What the bytes of a stream come from. In `memory`, and in Python, one follows the other. C's unpickler
 * buffers each frame of a `file`, and drops the rest of the buffer when a read crosses its end. `joblib`,
 * which is Python's unpickler, takes the data of arrays out of the file between opcodes.
 */
export type StreamView = "memory" | "file" | "joblib";

/**
 * The state of one stream: what an unpickler has, with values that only describe.
 *
 * It knows no opcode. `execute` does, and works through these methods; they keep the limits, the marks
 * and the account of which unpickler is still reading.
 */
export class Machine {
  readonly cursor: Cursor;
  readonly ledger: Ledger;
  readonly place: StreamPlace;
  readonly view: StreamView;
  readonly operands: Operands;
  readonly memo: Memo = new Memo();
  readonly frame: Frame = new Frame();
  readonly effects: Effect[] = [];
  readonly faults: FormatError[] = [];
  readonly nested: NestedPayload[] = [];
  readonly imported: ImportCache = new ImportCache();
  /** Arrays whose data were passed over, and the pickles that stood in place of some. */
  readonly arrays: JoblibArray[] = [];
  readonly embedded: EmbeddedStream[] = [];
  /** The wrapper that the current opcode built, while its data are not passed over yet. */
  wrapper: CallValue | undefined = undefined;
  /** Effects before the first wrapper was built: from there on joblib reads otherwise than others. */
  sharedEffects: number | undefined = undefined;
  /** Where reading leaves a frame behind which array data stand, and where it goes on. */
  detourFrom = -1;
  detourTo = -1;
  /** Offset of the current opcode, in the cursor's source. */
  start: number;
  /** The protocol in force: 0 until a PROTO says otherwise. */
  protocol = 0;
  /** Opcodes that were executed. */
  ops = 0;
  /** True when the first opcode was PROTO 2 to 5. */
  hasHeader = false;
  by: Reader;
  /** True when a read crosses the end of a frame: C reads on elsewhere when it reads from a file. */
  straddles = false;
  stopped = false;
  root: Value | undefined = undefined;
  readonly #stack: Value[] = [];
  readonly #marks: number[] = [];
  /** Height of the stack at the last mark: what lies below is out of reach. */
  #fence = 0;
  #badText = false;
  readonly #built = new Set<Value>();

  constructor(cursor: Cursor, ledger: Ledger, place: StreamPlace, view: StreamView = "memory") {
    this.cursor = cursor;
    this.ledger = ledger;
    this.place = place;
    this.view = view;
    this.by = VIEWED_BY[view];
    this.start = place.start;
    this.operands = new Operands(ledger.limits);
  }

  /** The offset to report for the current opcode. */
  get at(): number {
    return this.locate(this.start);
  }

  /** The offset to report for an offset in the cursor's source. */
  locate(offset: number): number {
    return this.place.report === undefined ? offset : this.place.report.start;
  }

  /** Pushes a value that exists already or is shared. @throws FormatError `limit` PICKLE_MAX_STACK. */
  push(value: Value): void {
    if (this.#stack.length + this.#marks.length >= this.ledger.limits.stack) this.#full();
    this.#stack.push(value);
  }

  /** Pushes a value made by the current opcode. @throws FormatError `limit` PICKLE_MAX_VALUES or PICKLE_MAX_STACK. */
  pushNew(value: Value): void {
    this.ledger.keepValue(this.at);
    this.push(value);
  }

  /** @throws FormatError `bad-field` when nothing lies above the last mark. */
  pop(): Value {
    const value = this.#stack.length > this.#fence ? this.#stack.pop() : undefined;
    if (value === undefined) throw this.fault("bad-field", "the stack is empty");
    return value;
  }

  /** Puts an array in the place of the wrapper on top. */
  replaceWrapper(array: CallValue): void {
    this.#stack[this.#stack.length - 1] = array;
    this.#built.add(array);
  }

  /** Whether a value is an array that took the place of its wrapper. */
  isArray(value: Value): boolean {
    return this.#built.has(value);
  }

  /** Reading is to go on at `to` when it comes to `from`. */
  detour(from: number, to: number): void {
    this.detourFrom = from;
    this.detourTo = to;
  }

  /** @throws FormatError `bad-field` when nothing lies above the last mark. */
  top(): Value {
    const value = this.#stack.length > this.#fence ? this.#stack.at(-1) : undefined;
    if (value === undefined) throw this.fault("bad-field", "the stack is empty");
    return value;
  }

  /** @throws FormatError `limit` PICKLE_MAX_STACK. */
  mark(): void {
    if (this.#stack.length + this.#marks.length >= this.ledger.limits.stack) this.#full();
    this.#fence = this.#stack.length;
    this.#marks.push(this.#fence);
  }

  /** Takes what lies above the last mark, and the mark. @throws FormatError `bad-field` when there is no mark. */
  popMark(): Value[] {
    const from = this.#marks.pop();
    if (from === undefined) throw this.fault("bad-field", "there is no mark on the stack");
    this.#fence = this.#marks.at(-1) ?? 0;
    const taken = this.#stack.slice(from);
    // One by one: to set the length, the engine leaves its fast path.
    for (let left = taken.length; left > 0; left -= 1) this.#stack.pop();
    return taken;
  }

  /** POP takes a value, or the mark itself when nothing lies above it. @throws FormatError `bad-field`. */
  popValueOrMark(): void {
    if (this.#stack.length === this.#fence && this.#marks.length > 0) this.popMark();
    else this.pop();
  }

  /** Whether a mark is on the stack. */
  get hasMark(): boolean {
    return this.#marks.length > 0;
  }

  /** @throws FormatError `limit` PICKLE_MAX_MEMO or PICKLE_MAX_SPARSE; `bad-field` when the stack is empty. */
  memoize(slot: number | bigint): void {
    this.memo.set(slot, this.top());
    const { memo, sparse } = this.ledger.limits;
    if (this.memo.size > memo) throw FormatError.limit("PICKLE_MAX_MEMO", memo, this.at);
    if (this.memo.sparseSize > sparse)
      throw FormatError.limit("PICKLE_MAX_SPARSE", sparse, this.at);
  }

  /** @throws FormatError `bad-field` when nothing was ever put into the slot. */
  recall(slot: number | bigint): void {
    const value = this.memo.get(slot);
    if (value === undefined) throw this.fault("bad-field", `memo slot ${slot} is empty`);
    this.push(value);
  }

  /** @throws FormatError `limit` PICKLE_MAX_EFFECTS. */
  record(effect: Effect): void {
    this.ledger.keepEffect(this.at);
    this.effects.push(effect);
  }

  fault(code: FormatErrorCode, message: string): FormatError {
    return new FormatError(code, message, { offset: this.at });
  }

  /**
   * One of the two unpicklers stops here. Reading goes on as the other, with a fault `ambiguous`.
   * @throws FormatError of the given code when no unpickler is left.
   */
  refuse(reader: "c" | "python", code: FormatErrorCode, message: string): void {
    if (this.by === reader) throw this.fault(code, message);
    if (this.by !== "both") return;
    this.by = reader === "c" ? "python" : "c";
    this.faults.push(this.fault("ambiguous", `${message}: only the ${this.by} unpickler goes on`));
  }

  /**
   * Text is not in its encoding. CPython stops here and other readers (torch's in C++) do not look:
   * reading goes on. Told once a stream, since a stream has millions of strings.
   */
  noteBadText(): void {
    if (this.#badText) return;
    this.#badText = true;
    this.faults.push(this.fault("bad-encoding", "a string is not in its encoding"));
  }

  #full(): void {
    throw FormatError.limit("PICKLE_MAX_STACK", this.ledger.limits.stack, this.at);
  }
}

const VIEWED_BY: Readonly<Record<StreamView, Reader>> = {
  memory: "both",
  file: "c",
  joblib: "python",
};
