import { describe, expect, test } from "vitest";

import { effectsOf, readPickleBytes } from "../kit/pickle-read.ts";
import { showEffect } from "../kit/pickle-show.ts";
import { assemblePickle } from "../kit/pickle-text.ts";
import { PickleAssembler } from "../kit/pickle.ts";

/** Each case ends in the import that shows who is still reading there. */
const effects = (text: string): string[] => effectsOf(assemblePickle(`${text}\nGLOBAL z z`));
const last = (text: string): string | undefined => effects(text).at(-1);

const PYTHON = "import z.z [python]";
const C = "import z.z [c]";
const BOTH = "import z.z";

describe("where the two unpicklers differ, the effect says who gets there", () => {
  test.each([
    ["NONE\nLONG_BINPUT 0xffffffff", PYTHON],
    ["NONE\nLONG_BINPUT 0x0fffffff", BOTH],
    ["NONE\nPUT 99999999999999999999", PYTHON],
    ["INT 010", C],
    ["INT 0o10", BOTH],
    ["INT 0777777777777777777777", C],
    ["FLOAT 1_0", PYTHON],
    ["FLOAT  1", PYTHON],
    ["FLOAT 1e999", PYTHON],
    ["FLOAT inf", BOTH],
    ["FLOAT 1.5\u0000x", C],
    ["LONG 5\u0000x", C],
    ["GLOBAL a b\nEMPTY_LIST\nREDUCE", PYTHON],
    ["GLOBAL a b\nEMPTY_TUPLE\nREDUCE", BOTH],
    ["GLOBAL a b\nGLOBAL c d\nREDUCE", BOTH],
    ["GLOBAL os ", PYTHON],
  ])("%j", (text, expected) => {
    expect(last(text)).toBe(expected);
  });

  test("nobody is left after both have refused", () => {
    expect(effects("NONE\nINT 010\nFLOAT 1_0")).toEqual([]);
    expect(effects("FLOAT 1_0\nFLOAT 2_0")).toEqual([BOTH + " [python]"]);
  });

  test("SETITEMS with a key left over: Python sets the pairs before it", () => {
    const text = "GLOBAL a b\nMARK\nNONE\nNONE\nNONE\nSETITEMS";
    expect(effects(text)).toEqual(["import a.b", "item import global {None: None} [python]"]);
  });

  test("INST without a mark: Python imports first", () => {
    expect(effects("INST a b")).toEqual(["import a.b [python]"]);
    expect(effects("MARK\nINST a b")).toEqual(["import a.b", "call a.b()", BOTH]);
  });

  test("an empty APPENDS: Python calls extend all the same", () => {
    expect(effects("GLOBAL a b\nMARK\nAPPENDS")).toEqual([
      "import a.b",
      "append import global [] [python]",
      BOTH,
    ]);
    expect(effects("EMPTY_LIST\nMARK\nAPPENDS")).toEqual([BOTH]);
  });
});

const raw = (text: string): string[] => effectsOf(Buffer.from(text, "latin1"));

describe("a line that ends with the file", () => {
  test("Python drops the last character and uses the rest", () => {
    expect(raw("Ncos\nnice_")).toEqual(["import os.nice [python]"]);
    expect(raw("Ncos_")).toEqual(["import os. [python]"]);
    expect(raw("N(ios\nnice_")).toEqual(["import os.nice [python]", "call os.nice() [python]"]);
    expect(raw("NPkey_")).toEqual(['persid "key" [python]']);
    expect(raw("N(ios\nnice\n")).toEqual(["import os.nice", "call os.nice()"]);
  });

  test("not inside a frame", () => {
    const framed = assemblePickle("PROTO 4\nNONE\nFRAME 9\nRAW hex:636f730a6e6963655f");
    expect(effectsOf(framed)).toEqual([]);
  });
});

const pickle = (): PickleAssembler => new PickleAssembler().proto(4).call("a", "b").stop();

describe("frames", () => {
  test("exact: nothing to say", () => {
    const { faults, complete } = readPickleBytes(pickle().framed().bytes());
    expect({ faults, complete }).toEqual({ faults: [], complete: true });
  });

  test("one byte too long: Python only", () => {
    const { value, faults, complete } = readPickleBytes(pickle().framed(1).bytes());
    expect(value.streams[0]?.effects.map((effect) => effect.by)).toEqual(["python", "python"]);
    expect(faults.map(({ code }) => code)).toEqual(["ambiguous"]);
    expect(complete).toBe(true);
  });

  test("a payload may begin where the frame ends", () => {
    const bytes = assemblePickle("PROTO 4\nFRAME 5\nBINUNICODE abc\nPOP\nGLOBAL z z\nSTOP");
    expect(effectsOf(bytes)).toEqual([BOTH]);
  });

  test("a frame inside another: C only", () => {
    const bytes = assemblePickle("PROTO 4\nFRAME 14\nFRAME 0\nGLOBAL z z\nNONE\nSTOP");
    expect(effectsOf(bytes)).toEqual([C]);
    expect(effectsOf(assemblePickle("PROTO 4\nFRAME 9\nFRAME 0\nGLOBAL z z\nNONE\nSTOP"))).toEqual([
      BOTH,
    ]);
  });
});

const views = (opcode: string): number =>
  readPickleBytes(assemblePickle(`PROTO 4\nFRAME 4\n${opcode} abcdef\nSTOP`)).value.streams.filter(
    ({ stopped }) => stopped,
  ).length;

describe("a read across the end of a frame", () => {
  // From memory the module is "safe_os"; C reading a file drops "safe_" with its buffer.
  const text = "PROTO 4\nFRAME 6\nGLOBAL safe_os nice\nSTOP";
  const { value, complete } = readPickleBytes(assemblePickle(text));

  test("is read twice", () => {
    expect(value.streams.map(({ view, effects }) => [view, ...effects.map(showEffect)])).toEqual([
      ["memory", "import safe_os.nice [c]"],
      ["file", "import os.nice [c]"],
    ]);
  });

  test("is never complete", () => {
    expect(value.streams.every((stream) => stream.stopped)).toBe(true);
    expect(complete).toBe(false);
  });

  test("near miss: the frame ends with the opcode", () => {
    const aligned = readPickleBytes(assemblePickle(text.replace("FRAME 6", "FRAME 14")));
    expect(aligned.value.streams).toHaveLength(1);
    expect(aligned.complete).toBe(true);
  });

  test("bytes objects are put together, strings are not", () => {
    expect(views("SHORT_BINBYTES")).toBe(2);
    expect(views("SHORT_BINUNICODE")).toBe(1);
  });
});
