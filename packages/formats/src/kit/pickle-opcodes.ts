import { encodePickleOp, type PickleClaim, type PickleOperand } from "./pickle-encode.ts";

/** Writes a pickle opcode by opcode: one method each, named like it. Nothing is checked, everything may lie. */
export class PickleOpcodeWriter {
  #parts: Uint8Array[] = [];

  /** Any opcode by its name in upper case. @throws RangeError when there is none. */
  op(name: string, operands: readonly PickleOperand[] = [], claim: PickleClaim = {}): this {
    return this.raw(encodePickleOp(name, operands, claim));
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array | string): this {
    this.#parts.push(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
    return this;
  }

  /** What was written. */
  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }

  /** Puts other bytes in the place of what was written. */
  protected rewrite(bytes: Uint8Array): this {
    this.#parts = [bytes];
    return this;
  }

  proto(value: number): this {
    return this.op("PROTO", [value]);
  }
  frame(length: number | bigint): this {
    return this.op("FRAME", [length]);
  }
  stop(): this {
    return this.op("STOP");
  }

  mark(): this {
    return this.op("MARK");
  }
  pop(): this {
    return this.op("POP");
  }
  popMark(): this {
    return this.op("POP_MARK");
  }
  dup(): this {
    return this.op("DUP");
  }

  none(): this {
    return this.op("NONE");
  }
  newtrue(): this {
    return this.op("NEWTRUE");
  }
  newfalse(): this {
    return this.op("NEWFALSE");
  }
  int(line: string | number): this {
    return this.op("INT", [String(line)]);
  }
  long(line: string | number): this {
    return this.op("LONG", [String(line)]);
  }
  float(line: string | number): this {
    return this.op("FLOAT", [String(line)]);
  }
  binint(value: number): this {
    return this.op("BININT", [value]);
  }
  binint1(value: number): this {
    return this.op("BININT1", [value]);
  }
  binint2(value: number): this {
    return this.op("BININT2", [value]);
  }
  long1(value: number | bigint | Uint8Array, claim?: PickleClaim): this {
    return this.op("LONG1", [value], claim);
  }
  long4(value: number | bigint | Uint8Array, claim?: PickleClaim): this {
    return this.op("LONG4", [value], claim);
  }
  binfloat(value: number): this {
    return this.op("BINFLOAT", [value]);
  }

  string(line: string | number): this {
    return this.op("STRING", [String(line)]);
  }
  unicode(line: string | number): this {
    return this.op("UNICODE", [String(line)]);
  }
  binstring(payload: string | Uint8Array, claim?: PickleClaim): this {
    return this.op("BINSTRING", [payload], claim);
  }
  shortBinstring(payload: string | Uint8Array, claim?: PickleClaim): this {
    return this.op("SHORT_BINSTRING", [payload], claim);
  }
  shortBinunicode(payload: string | Uint8Array, claim?: PickleClaim): this {
    return this.op("SHORT_BINUNICODE", [payload], claim);
  }
  binunicode(payload: string | Uint8Array, claim?: PickleClaim): this {
    return this.op("BINUNICODE", [payload], claim);
  }
  binunicode8(payload: string | Uint8Array, claim?: PickleClaim): this {
    return this.op("BINUNICODE8", [payload], claim);
  }
  shortBinbytes(payload: string | Uint8Array, claim?: PickleClaim): this {
    return this.op("SHORT_BINBYTES", [payload], claim);
  }
  binbytes(payload: string | Uint8Array, claim?: PickleClaim): this {
    return this.op("BINBYTES", [payload], claim);
  }
  binbytes8(payload: string | Uint8Array, claim?: PickleClaim): this {
    return this.op("BINBYTES8", [payload], claim);
  }
  bytearray8(payload: string | Uint8Array, claim?: PickleClaim): this {
    return this.op("BYTEARRAY8", [payload], claim);
  }

  emptyTuple(): this {
    return this.op("EMPTY_TUPLE");
  }
  tuple(): this {
    return this.op("TUPLE");
  }
  tuple1(): this {
    return this.op("TUPLE1");
  }
  tuple2(): this {
    return this.op("TUPLE2");
  }
  tuple3(): this {
    return this.op("TUPLE3");
  }
  emptyList(): this {
    return this.op("EMPTY_LIST");
  }
  list(): this {
    return this.op("LIST");
  }
  append(): this {
    return this.op("APPEND");
  }
  appends(): this {
    return this.op("APPENDS");
  }
  emptyDict(): this {
    return this.op("EMPTY_DICT");
  }
  dict(): this {
    return this.op("DICT");
  }
  setitem(): this {
    return this.op("SETITEM");
  }
  setitems(): this {
    return this.op("SETITEMS");
  }
  emptySet(): this {
    return this.op("EMPTY_SET");
  }
  additems(): this {
    return this.op("ADDITEMS");
  }
  frozenset(): this {
    return this.op("FROZENSET");
  }

  get(line: string | number): this {
    return this.op("GET", [String(line)]);
  }
  binget(value: number): this {
    return this.op("BINGET", [value]);
  }
  longBinget(value: number): this {
    return this.op("LONG_BINGET", [value]);
  }
  put(line: string | number): this {
    return this.op("PUT", [String(line)]);
  }
  binput(value: number): this {
    return this.op("BINPUT", [value]);
  }
  longBinput(value: number): this {
    return this.op("LONG_BINPUT", [value]);
  }
  memoize(): this {
    return this.op("MEMOIZE");
  }

  global(module: string, name: string): this {
    return this.op("GLOBAL", [module, name]);
  }
  stackGlobal(): this {
    return this.op("STACK_GLOBAL");
  }
  reduce(): this {
    return this.op("REDUCE");
  }
  newobj(): this {
    return this.op("NEWOBJ");
  }
  newobjEx(): this {
    return this.op("NEWOBJ_EX");
  }
  inst(module: string, name: string): this {
    return this.op("INST", [module, name]);
  }
  obj(): this {
    return this.op("OBJ");
  }
  build(): this {
    return this.op("BUILD");
  }

  persid(line: string | number): this {
    return this.op("PERSID", [String(line)]);
  }
  binpersid(): this {
    return this.op("BINPERSID");
  }
  ext1(value: number): this {
    return this.op("EXT1", [value]);
  }
  ext2(value: number): this {
    return this.op("EXT2", [value]);
  }
  ext4(value: number): this {
    return this.op("EXT4", [value]);
  }
  nextBuffer(): this {
    return this.op("NEXT_BUFFER");
  }
  readonlyBuffer(): this {
    return this.op("READONLY_BUFFER");
  }
}
