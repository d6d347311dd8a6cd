import { OPCODES, type Opcode } from "../pickle/opcodes.ts";

/** What follows an opcode: numbers for fields, text for lines, bytes or text for payloads. */
export type PickleOperand = number | bigint | string | Uint8Array;

/** Overrides the length field of a payload, so that it lies. */
export type PickleClaim = { readonly claims?: number | bigint };

/** The opcode of a name in upper case. @throws RangeError when there is none. */
export function opcodeNamed(name: string): Opcode {
  const opcode = BY_NAME.get(name);
  if (opcode === undefined) throw new RangeError(`there is no pickle opcode ${name}`);
  return opcode;
}

/** Encodes one opcode with its operands. @throws RangeError when an operand does not fit its form. */
export function encodePickleOp(
  name: string,
  operands: readonly PickleOperand[] = [],
  claim: PickleClaim = {},
): Uint8Array {
  const opcode = opcodeNamed(name);
  const parts = encodeOperand(opcode, operands, claim);
  return new Uint8Array(Buffer.concat([Uint8Array.of(opcode.code), ...parts]));
}

const BY_NAME: ReadonlyMap<string, Opcode> = new Map(
  OPCODES.map((opcode) => [opcode.name, opcode]),
);

function encodeOperand(
  { form }: Opcode,
  [first = 0, second = ""]: readonly PickleOperand[],
  claim: PickleClaim,
): Uint8Array[] {
  switch (form) {
    case "none":
      return [];
    case "u1":
      return [field(1, first)];
    case "u2":
      return [field(2, first)];
    case "u4":
    case "i4":
      return [field(4, first)];
    case "u8":
      return [field(8, first)];
    case "f8":
      return [bigEndianDouble(Number(first))];
    case "line":
    case "text":
      return [line(first)];
    case "lines":
      return [line(first), line(second)];
    case "bytes1":
      return counted(1, payload(first), claim);
    case "bytes4":
    case "bytes4s":
      return counted(4, payload(first), claim);
    case "bytes8":
      return counted(8, payload(first), claim);
    case "long1":
      return counted(1, twosComplement(first), claim);
    case "long4":
      return counted(4, twosComplement(first), claim);
  }
}

function counted(width: number, bytes: Uint8Array, { claims }: PickleClaim): Uint8Array[] {
  return [field(width, claims ?? bytes.length), bytes];
}

function field(width: number, value: PickleOperand): Uint8Array {
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw new RangeError("a number is wanted");
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return bytes.subarray(0, width);
}

function bigEndianDouble(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

function payload(value: PickleOperand): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value));
}

function line(value: PickleOperand): Uint8Array {
  return Buffer.concat([payload(value), Buffer.from("\n")]);
}

function twosComplement(value: PickleOperand): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const number = BigInt(value);
  if (number === 0n) return new Uint8Array(0);
  let width = 1;
  while (BigInt.asIntN(8 * width, number) !== number) width += 1;
  const hex = BigInt.asUintN(8 * width, number)
    .toString(16)
    .padStart(2 * width, "0");
  return Buffer.from(hex, "hex").toReversed();
}
