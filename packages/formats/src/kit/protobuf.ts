import { ByteWriter } from "./byte-writer.ts";

/** One field of a protobuf message to write: a whole number, a text or bytes, or a 32-bit float. */
export type ProtoField =
  | { readonly number: number; readonly varint: number | bigint }
  | { readonly number: number; readonly bytes: Uint8Array | string }
  | { readonly number: number; readonly float: number };

/** Writes a message, field by field, in the order given. */
export function writeProto(fields: readonly ProtoField[]): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  for (const field of fields) {
    if ("varint" in field) {
      writeVarint(out, field.number * 8);
      writeVarint(out, field.varint);
    } else if ("bytes" in field) {
      const bytes =
        typeof field.bytes === "string" ? new TextEncoder().encode(field.bytes) : field.bytes;
      writeVarint(out, field.number * 8 + 2);
      writeVarint(out, bytes.length);
      out.bytes(bytes);
    } else {
      writeVarint(out, field.number * 8 + 5);
      out.f32(field.float);
    }
  }
  return out.finish();
}

/** Seven bits a byte, the lowest first; a negative number takes ten bytes, as protobuf writes it. */
function writeVarint(out: ByteWriter, value: number | bigint): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  for (;;) {
    const bits = Number(rest & 0x7fn);
    rest >>= 7n;
    out.u8(rest === 0n ? bits : bits | 0x80);
    if (rest === 0n) return;
  }
}
