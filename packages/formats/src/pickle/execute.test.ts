import { describe, expect, test } from "vitest";

import { showEffect, showValue } from "../kit/pickle-show.ts";
import { assemblePickle } from "../kit/pickle-text.ts";
import { readPickleBytes } from "../kit/pickle-read.ts";
import { OPCODES } from "./opcodes.ts";

/** Opcodes, what loading returns, and what it does. */
type Case = readonly [text: string, root: string, ...effects: string[]];

const CASES: readonly Case[] = [
  ["PROTO 2\nNONE", "None"],
  ["PROTO 4\nFRAME 2\nNEWTRUE", "True"],
  ["NEWFALSE", "False"],
  ["NONE\nMARK\nPOP", "None"],
  ["NONE\nNEWTRUE\nPOP", "None"],
  ["NONE\nMARK\nNEWTRUE\nPOP_MARK", "None"],
  ["NEWTRUE\nDUP\nTUPLE2", "(True, True)"],
  ["INT 5", "5"],
  ["LONG 12345678901234567890L", "12345678901234567890"],
  ["FLOAT -1.5e3", "-1500f"],
  ["BININT -2", "-2"],
  ["BININT1 255", "255"],
  ["BININT2 65535", "65535"],
  ["LONG1 -129", "-129"],
  ["LONG4 1208925819614629174706176", "1208925819614629174706176"],
  ["BINFLOAT 2.5", "2.5f"],
  [String.raw`STRING 'a\x62\n'`, String.raw`"ab\n"`],
  [String.raw`UNICODE a\u00e9`, '"aé"'],
  ["BINSTRING abc", '"abc"'],
  ["SHORT_BINSTRING hex:ff", '"ÿ"'],
  ["SHORT_BINUNICODE é", '"é"'],
  ["BINUNICODE é", '"é"'],
  ["BINUNICODE8 é", '"é"'],
  ["SHORT_BINBYTES hex:0102", "bytes:0102"],
  ["BINBYTES hex:0102", "bytes:0102"],
  ["BINBYTES8 hex:0102", "bytes:0102"],
  ["BYTEARRAY8 hex:0102", "bytearray:0102"],
  ["EMPTY_TUPLE", "()"],
  ["MARK\nBININT1 1\nBININT1 2\nTUPLE", "(1, 2)"],
  ["BININT1 1\nTUPLE1", "(1)"],
  ["BININT1 1\nBININT1 2\nTUPLE2", "(1, 2)"],
  ["BININT1 1\nBININT1 2\nBININT1 3\nTUPLE3", "(1, 2, 3)"],
  ["EMPTY_LIST\nNONE\nAPPEND", "[None]", "append container list [None]"],
  ["EMPTY_LIST\nMARK\nNONE\nNONE\nAPPENDS", "[None, None]", "append container list [None, None]"],
  ["MARK\nBININT1 1\nLIST", "[1]"],
  ["EMPTY_DICT\nBININT1 1\nNONE\nSETITEM", "{1: None}", "item container dict {1: None}"],
  ["EMPTY_DICT\nMARK\nNONE\nNONE\nSETITEMS", "{None: None}", "item container dict {None: None}"],
  ["MARK\nBININT1 1\nNONE\nDICT", "{1: None}"],
  ["EMPTY_SET\nMARK\nBININT1 1\nADDITEMS", "set{1}", "append container set [1]"],
  ["MARK\nBININT1 1\nFROZENSET", "frozenset{1}"],
  ["MARK\nNONE\nLIST\nBININT1 0\nBININT1 7\nSETITEM", "[7]", "item container list {0: 7}"],
  ["BININT1 9\nPUT 0\nPOP\nGET 0", "9"],
  ["BININT1 9\nBINPUT 3\nPOP\nBINGET 3", "9"],
  ["BININT1 9\nLONG_BINPUT 70000\nPOP\nLONG_BINGET 70000", "9"],
  ["BININT1 9\nMEMOIZE\nPOP\nBINGET 0", "9"],
  ["GLOBAL a b", "a.b", "import a.b"],
  ["BINUNICODE a\nBINUNICODE b\nSTACK_GLOBAL", "a.b", "import a.b"],
  ["GLOBAL a b\nNONE\nTUPLE1\nREDUCE", "a.b(None)", "import a.b", "call a.b(None)"],
  ["GLOBAL a b\nEMPTY_TUPLE\nNEWOBJ", "a.b()", "import a.b", "call a.b()"],
  ["GLOBAL a b\nEMPTY_TUPLE\nEMPTY_DICT\nNEWOBJ_EX", "a.b()", "import a.b", "call a.b() {}"],
  ["MARK\nNONE\nINST a b", "a.b(None)", "import a.b", "call a.b(None)"],
  ["MARK\nGLOBAL a b\nNONE\nOBJ", "a.b(None)", "import a.b", "call a.b(None)"],
  ["GLOBAL a b\nEMPTY_DICT\nBUILD", "a.b", "import a.b", "state import a.b {}"],
  ["PERSID key", '<persid "key">', 'persid "key"'],
  ["BININT1 1\nBINPERSID", "<persid 1>", "persid 1"],
  ["EXT1 1", "<ext 1>", "ext 1"],
  ["EXT2 256", "<ext 256>", "ext 256"],
  ["EXT4 65536", "<ext 65536>", "ext 65536"],
  ["NEXT_BUFFER\nREADONLY_BUFFER", "<buffer>", "buffer NEXT_BUFFER", "buffer READONLY_BUFFER"],
];

describe("each opcode", () => {
  test.each(CASES)("%j gives %s", (text, root, ...effects) => {
    const { value, complete } = readPickleBytes(assemblePickle(`${text}\nSTOP`));
    const [stream] = value.streams;
    expect(complete).toBe(true);
    expect(stream?.root && showValue(stream.root)).toBe(root);
    expect(stream?.effects.map(showEffect)).toEqual(effects);
  });

  test("the cases use all of them", () => {
    const used = new Set(
      CASES.flatMap(([text]) => text.split("\n").map((line) => line.split(" ")[0])),
    );
    expect(OPCODES.map(({ name }) => name).filter((name) => !used.has(name))).toEqual(["STOP"]);
  });
});

// A first opcode that runs keeps the answer from being "no pickle".
const faultOf = (text: string): string | undefined =>
  readPickleBytes(assemblePickle(`NONE\nNONE\n${text}\nSTOP`)).value.streams[0]?.fault?.code;

describe("what no unpickler executes", () => {
  test.each([
    "POP\nPOP\nPOP",
    "MARK\nDUP",
    "MARK\nTUPLE1",
    "POP\nTUPLE2",
    "TUPLE",
    "APPENDS",
    "POP_MARK",
    "LIST",
    "MARK\nOBJ",
    "MARK\nNONE\nDICT",
    "MARK\nMEMOIZE",
    "GET 0",
    "BINGET 0",
    "PUT -1",
    "EXT1 0",
    "EXT4 -1",
    "NONE\nNONE\nSTACK_GLOBAL",
    "BINBYTES a\nBINUNICODE b\nSTACK_GLOBAL",
    "EMPTY_TUPLE\nREDUCE",
    "GLOBAL a b\nNONE\nREDUCE",
    "GLOBAL a b\nEMPTY_TUPLE\nNONE\nNEWOBJ_EX",
    "NONE\nAPPEND",
    "EMPTY_SET\nNONE\nAPPEND",
    "EMPTY_LIST\nMARK\nNONE\nADDITEMS",
    "EMPTY_TUPLE\nNONE\nNONE\nSETITEM",
    "EMPTY_LIST\nBININT1 0\nNONE\nSETITEM",
    "BINSTRING claims:0xffffffff",
    "STRING abc",
    String.raw`STRING '\x1'`,
    String.raw`UNICODE \u12`,
    "INT x",
    "FLOAT 1..2",
    "RAW hex:ff",
    "MARK",
  ])("%j", (text) => {
    expect(faultOf(text)).toBe("bad-field");
  });

  test("a protocol past 5", () => {
    expect(faultOf("PROTO 6")).toBe("bad-version");
    expect(faultOf("PROTO 5")).toBeUndefined();
  });

  test("lengths past 2^63, and lengths past the end", () => {
    expect(faultOf("FRAME 0x8000000000000000")).toBe("overflow");
    expect(faultOf("BINUNICODE8 claims:0x8000000000000000 a")).toBe("overflow");
    expect(faultOf("BINUNICODE8 claims:0x4000000000000000 a")).toBe("truncated");
    expect(faultOf("BYTEARRAY8 claims:3 a")).toBe("truncated");
    expect(faultOf("BYTEARRAY8 claims:1 a")).toBeUndefined();
  });
});

describe("identity", () => {
  test("a value changed after use is changed where it was used", () => {
    const bytes = assemblePickle(
      "GLOBAL a b\nEMPTY_LIST\nBINPUT 0\nTUPLE1\nREDUCE\nBINGET 0\nNONE\nAPPEND\nPOP\nSTOP",
    );
    const [stream] = readPickleBytes(bytes).value.streams;
    expect(stream?.root && showValue(stream.root)).toBe("a.b([None])");
  });

  test("a list may hold itself", () => {
    const bytes = assemblePickle("EMPTY_LIST\nMEMOIZE\nBINGET 0\nAPPEND\nSTOP");
    const root = readPickleBytes(bytes).value.streams[0]?.root;
    expect(root?.kind === "list" && root.items[0] === root).toBe(true);
  });

  test("a call collects what is done to its result", () => {
    const bytes = assemblePickle(
      "GLOBAL a b\nEMPTY_TUPLE\nREDUCE\nNONE\nAPPEND\nBININT1 1\nBININT1 2\nSETITEM\nEMPTY_DICT\nBUILD\nSTOP",
    );
    const root = readPickleBytes(bytes).value.streams[0]?.root;
    const call = root?.kind === "call" ? root : undefined;
    expect(call?.items?.map((value) => showValue(value))).toEqual(["None"]);
    expect(call?.entries?.keys.map((value) => showValue(value))).toEqual(["1"]);
    expect(call?.states?.map((value) => showValue(value))).toEqual(["{}"]);
  });

  test("a changed bytearray says that it is", () => {
    const text = "BYTEARRAY8 ab\nMARK\nBININT1 1\nAPPENDS\nSTOP";
    const root = readPickleBytes(assemblePickle(text)).value.streams[0]?.root;
    expect(root?.kind === "bytearray" && root.mutated).toBe(true);
  });
});
