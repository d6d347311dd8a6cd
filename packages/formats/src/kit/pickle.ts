import { PickleOpcodeWriter } from "./pickle-opcodes.ts";
import { encodePickleOp } from "./pickle-encode.ts";

/** A plain value that the assembler can write. A `Uint8Array` becomes bytes, a `Map` a dict, an array a tuple. */
export type PickleData =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleData[]
  | ReadonlyMap<PickleData, PickleData>;

/** A tensor as torch pickles it: where its bytes are, and how they are looked at. */
export type PickleTensor = {
  readonly key: string;
  /** Class in module torch, such as `FloatStorage`. */
  readonly storage?: string;
  readonly shape: readonly number[];
  /** In elements; row-major when left out. */
  readonly strides?: readonly number[];
  readonly offset?: number;
  /** Elements of the storage; those of the shape when left out. */
  readonly elements?: number;
};

/** Writes pickles, sound or hostile: the opcodes themselves, and what picklers write with them. */
export class PickleAssembler extends PickleOpcodeWriter {
  /** A plain value, with opcodes that every protocol from 2 on has (bytes: from 3 on). */
  data(value: PickleData): this {
    if (value === null) return this.none();
    if (value === true) return this.newtrue();
    if (value === false) return this.newfalse();
    if (typeof value === "bigint") return this.long1(value);
    if (typeof value === "number") return this.#number(value);
    if (typeof value === "string") return this.binunicode(value);
    if (value instanceof Uint8Array) return this.binbytes(value);
    if (value instanceof Map) return this.#dict(value);
    return Array.isArray(value) ? this.#tuple(value) : this;
  }

  /** Imports by GLOBAL and calls by REDUCE with plain arguments. */
  call(module: string, name: string, ...args: readonly PickleData[]): this {
    return this.global(module, name).data(args).reduce();
  }

  /** A tensor of torch: `_rebuild_tensor_v2` over a storage with a persistent id. */
  torchTensor(tensor: PickleTensor): this {
    const elements = tensor.elements ?? product(tensor.shape);
    this.global("torch._utils", "_rebuild_tensor_v2").mark();
    this.mark()
      .data("storage")
      .global("torch", tensor.storage ?? "FloatStorage");
    this.data(tensor.key).data("cpu").data(elements).tuple().binpersid();
    this.data(tensor.offset ?? 0).data(tensor.shape);
    this.data(tensor.strides ?? rowMajor(tensor.shape)).newfalse();
    return this.call("collections", "OrderedDict").tuple().reduce();
  }

  /** Puts all that was written, but for a PROTO in front, into a FRAME that claims `extra` bytes more than it has. */
  framed(extra = 0): this {
    const bytes = this.bytes();
    const head = bytes[0] === 0x80 ? 2 : 0;
    const frame = encodePickleOp("FRAME", [bytes.length - head + extra]);
    return this.rewrite(Buffer.concat([bytes.subarray(0, head), frame, bytes.subarray(head)]));
  }

  /** Bytes that are no opcode. */
  thenGarbage(): this {
    return this.raw(Uint8Array.of(0xff, 0x00, 0xff));
  }

  #number(value: number): this {
    if (!Number.isInteger(value)) return this.binfloat(value);
    if (value >= 0 && value < 256) return this.binint1(value);
    return Math.abs(value) < 2 ** 31 ? this.binint(value) : this.long1(value);
  }

  #tuple(items: readonly PickleData[]): this {
    this.mark();
    for (const item of items) this.data(item);
    return this.tuple();
  }

  #dict(entries: ReadonlyMap<PickleData, PickleData>): this {
    this.emptyDict().mark();
    for (const [key, value] of entries) this.data(key).data(value);
    return this.setitems();
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, place) => product(shape.slice(place + 1)));
}
