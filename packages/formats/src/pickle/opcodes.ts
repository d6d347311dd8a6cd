/**
 * The shape of what follows an opcode byte:
 * - `none`; `u1 u2 u4 i4 u8 f8`: one fixed field (integers little-endian, the float big-endian);
 * - `line`, `lines`: one or two texts, each ended by a newline; `text`: a line that is data and may be long;
 * - `bytes1 bytes4 bytes8`: an unsigned length and that many bytes; `bytes4s`: the same, length signed;
 * - `long1 long4`: an integer in two's complement with its length, of which the longer is signed.
 */
export type OperandForm = (typeof OPERAND_FORMS)[number];

/** All operand forms; a form's place in the list is its number in {@link OPERAND_FORM}. */
export const OPERAND_FORMS = [
  "none",
  "u1",
  "u2",
  "u4",
  "i4",
  "u8",
  "f8",
  "line",
  "lines",
  "text",
  "bytes1",
  "bytes4",
  "bytes4s",
  "bytes8",
  "long1",
  "long4",
] as const;

/** One opcode: its name in upper case, its byte, what follows it, and the protocol that brought it. */
export type Opcode = {
  readonly name: string;
  readonly code: number;
  readonly form: OperandForm;
  readonly protocol: number;
};

const define = (name: string, code: number, form: OperandForm, protocol: number): Opcode => ({
  name,
  code,
  form,
  protocol,
});

/**
 * All 68 opcodes of protocols 0 to 5.
 * @see https://github.com/python/cpython/blob/3.11/Lib/pickletools.py, read 2026-11-25
 */
export const OPCODES: readonly Opcode[] = [
  define("MARK", 0x28, "none", 0),
  define("EMPTY_TUPLE", 0x29, "none", 1),
  define("STOP", 0x2e, "none", 0),
  define("POP", 0x30, "none", 0),
  define("POP_MARK", 0x31, "none", 1),
  define("DUP", 0x32, "none", 0),
  define("BINBYTES", 0x42, "bytes4", 3),
  define("SHORT_BINBYTES", 0x43, "bytes1", 3),
  define("FLOAT", 0x46, "line", 0),
  define("BINFLOAT", 0x47, "f8", 1),
  define("INT", 0x49, "line", 0),
  define("BININT", 0x4a, "i4", 1),
  define("BININT1", 0x4b, "u1", 1),
  define("LONG", 0x4c, "line", 0),
  define("BININT2", 0x4d, "u2", 1),
  define("NONE", 0x4e, "none", 0),
  define("PERSID", 0x50, "line", 0),
  define("BINPERSID", 0x51, "none", 1),
  define("REDUCE", 0x52, "none", 0),
  define("STRING", 0x53, "text", 0),
  define("BINSTRING", 0x54, "bytes4s", 1),
  define("SHORT_BINSTRING", 0x55, "bytes1", 1),
  define("UNICODE", 0x56, "text", 0),
  define("BINUNICODE", 0x58, "bytes4", 1),
  define("EMPTY_LIST", 0x5d, "none", 1),
  define("APPEND", 0x61, "none", 0),
  define("BUILD", 0x62, "none", 0),
  define("GLOBAL", 0x63, "lines", 0),
  define("DICT", 0x64, "none", 0),
  define("APPENDS", 0x65, "none", 1),
  define("GET", 0x67, "line", 0),
  define("BINGET", 0x68, "u1", 1),
  define("INST", 0x69, "lines", 0),
  define("LONG_BINGET", 0x6a, "u4", 1),
  define("LIST", 0x6c, "none", 0),
  define("OBJ", 0x6f, "none", 1),
  define("PUT", 0x70, "line", 0),
  define("BINPUT", 0x71, "u1", 1),
  define("LONG_BINPUT", 0x72, "u4", 1),
  define("SETITEM", 0x73, "none", 0),
  define("TUPLE", 0x74, "none", 0),
  define("SETITEMS", 0x75, "none", 1),
  define("EMPTY_DICT", 0x7d, "none", 1),
  define("PROTO", 0x80, "u1", 2),
  define("NEWOBJ", 0x81, "none", 2),
  define("EXT1", 0x82, "u1", 2),
  define("EXT2", 0x83, "u2", 2),
  define("EXT4", 0x84, "i4", 2),
  define("TUPLE1", 0x85, "none", 2),
  define("TUPLE2", 0x86, "none", 2),
  define("TUPLE3", 0x87, "none", 2),
  define("NEWTRUE", 0x88, "none", 2),
  define("NEWFALSE", 0x89, "none", 2),
  define("LONG1", 0x8a, "long1", 2),
  define("LONG4", 0x8b, "long4", 2),
  define("SHORT_BINUNICODE", 0x8c, "bytes1", 4),
  define("BINUNICODE8", 0x8d, "bytes8", 4),
  define("BINBYTES8", 0x8e, "bytes8", 4),
  define("EMPTY_SET", 0x8f, "none", 4),
  define("ADDITEMS", 0x90, "none", 4),
  define("FROZENSET", 0x91, "none", 4),
  define("NEWOBJ_EX", 0x92, "none", 4),
  define("STACK_GLOBAL", 0x93, "none", 4),
  define("MEMOIZE", 0x94, "none", 4),
  define("FRAME", 0x95, "u8", 4),
  define("BYTEARRAY8", 0x96, "bytes8", 5),
  define("NEXT_BUFFER", 0x97, "none", 5),
  define("READONLY_BUFFER", 0x98, "none", 5),
];

/** In {@link OPERAND_FORM}: the byte is no opcode. */
export const NO_OPCODE = 255;

/** By opcode byte: the number of its operand form, or {@link NO_OPCODE}. One load instead of a search. */
export const OPERAND_FORM: Uint8Array = indexForms();

function indexForms(): Uint8Array {
  const forms = new Uint8Array(256).fill(NO_OPCODE);
  for (const { code, form } of OPCODES) forms[code] = OPERAND_FORMS.indexOf(form);
  return forms;
}
