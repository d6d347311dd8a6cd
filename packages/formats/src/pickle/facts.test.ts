import { describe, expect, test } from "vitest";

import { effectsOf, readPickleBytes } from "../kit/pickle-read.ts";
import { showValue } from "../kit/pickle-show.ts";
import { assemblePickle } from "../kit/pickle-text.ts";
import { PickleAssembler } from "../kit/pickle.ts";
import type { GlobalValue } from "./values.ts";

const RUN = "sys" + "tem";

const effects = (text: string): string[] => effectsOf(assemblePickle(text));

const rootOf = (text: string): string | undefined => {
  const root = readPickleBytes(assemblePickle(`${text}\nSTOP`)).value.streams[0]?.root;
  return root && showValue(root);
};

const symbolsOf = (text: string): GlobalValue[] => {
  const { streams } = readPickleBytes(assemblePickle(text)).value;
  return (streams[0]?.effects ?? []).flatMap((effect) =>
    effect.kind === "import" && effect.symbol.kind === "global" ? [effect.symbol] : [],
  );
};

describe("a call that ran before a fault has run", () => {
  const call = (): PickleAssembler => new PickleAssembler().proto(2).call("os", RUN, true);
  const expected = [`import os.${RUN}`, `call os.${RUN}(True)`];

  test("an invalid opcode", () => {
    const { value, complete } = readPickleBytes(call().thenGarbage().bytes());
    expect(effectsOf(call().thenGarbage().bytes())).toEqual(expected);
    expect(value.streams[0]?.fault?.code).toBe("bad-field");
    expect(complete).toBe(false);
  });

  test("the end of the file", () => {
    const { value, complete } = readPickleBytes(call().bytes());
    expect(effectsOf(call().bytes())).toEqual(expected);
    expect(value.streams[0]?.fault?.code).toBe("truncated");
    expect(complete).toBe(false);
  });

  test("the near miss: an invalid opcode before the call", () => {
    const bytes = new PickleAssembler().proto(2).none().thenGarbage().call("os", RUN, true).bytes();
    expect(effectsOf(bytes)).toEqual([]);
  });
});

const walked = (text: string): boolean[] => symbolsOf(text).map((symbol) => symbol.walked);

describe("dotted names", () => {
  test("are walked by the protocol in force at that point", () => {
    expect(walked("PROTO 4\nGLOBAL a b.c\nPROTO 2\nGLOBAL a b.c\nPROTO 4\nGLOBAL a b.c")).toEqual([
      true,
      false,
      true,
    ]);
    expect(walked("PROTO 3\nBINUNICODE a\nBINUNICODE b.c\nSTACK_GLOBAL")).toEqual([false]);
    expect(walked("PROTO 4\nBINUNICODE a.c\nBINUNICODE b\nSTACK_GLOBAL")).toEqual([false]);
  });
});

const renamed = (module: string, name: string, protocol = 2): string =>
  symbolsOf(`PROTO ${protocol}\nGLOBAL ${module} ${name}`)
    .map((symbol) => `${symbol.module} ${symbol.name}`)
    .join();

describe("names of Python 2", () => {
  test.each([
    ["__builtin__", "eval", "builtins eval"],
    ["__builtin__", "xrange", "builtins range"],
    ["__builtin__", "unicode", "builtins str"],
    ["__builtin__", "reduce", "functools reduce"],
    ["__builtin__", "intern", "sys intern"],
    ["copy_reg", "_reconstructor", "copyreg _reconstructor"],
    ["commands", "getoutput", "subprocess getoutput"],
    ["cPickle", "loads", "pickle loads"],
    ["itertools", "imap", "builtins map"],
    ["itertools", "chain", "itertools chain"],
    ["exceptions", "ValueError", "builtins ValueError"],
    ["exceptions", "StandardError", "builtins Exception"],
    ["exceptions", "Other", "exceptions Other"],
    ["urllib", "urlopen", "urllib.request urlopen"],
    ["collections", "OrderedDict", "collections OrderedDict"],
  ])("%s %s", (module, name, expected) => {
    expect(renamed(module, name)).toBe(expected);
    expect(renamed(module, name, 3)).toBe(`${module} ${name}`);
  });

  test("both spellings are reported", () => {
    const [symbol] = symbolsOf("GLOBAL commands getoutput");
    expect(symbol?.written).toEqual({ module: "commands", name: "getoutput" });
    expect(symbol?.module).toBe("subprocess");
  });
});

describe("operands are decoded before use", () => {
  test.each([
    [String.raw`STRING '\x6f\163'`, String.raw`UNICODE s\u0079s`],
    ["SHORT_BINSTRING os", "BINUNICODE sys"],
  ])("%s and %s name an import", (module, name) => {
    expect(effects(`PROTO 4\n${module}\n${name}\nSTACK_GLOBAL`)).toEqual(["import os.sys"]);
  });

  test.each([
    ["INT 0x10", "16"],
    ["INT 01", "True"],
    ["INT 00", "False"],
    ["INT 1", "1"],
    ["LONG 1_0L", "10"],
    ["LONG -0x10", "-16"],
    ["BININT1 9\nPUT +1\nPOP\nBINGET 1", "9"],
    ["BININT1 9\nPUT 1_0\nPOP\nBINGET 10", "9"],
  ])("%j is %s", (text, expected) => {
    expect(rootOf(text)).toBe(expected);
  });
});

describe("an import by a name that is not constant", () => {
  test("is told as unresolved", () => {
    const text =
      "PROTO 4\nBINUNICODE os\nGLOBAL a b\nEMPTY_TUPLE\nREDUCE\nSTACK_GLOBAL\nEMPTY_TUPLE\nREDUCE";
    expect(effects(text)).toEqual([
      "import a.b",
      "call a.b()",
      'import <"os".a.b()>',
      "call unknown()",
    ]);
  });

  test("so is one by a name too long to load", () => {
    const bytes = new PickleAssembler()
      .proto(4)
      .binunicode("os")
      .binunicode("x".repeat(9))
      .stackGlobal();
    expect(effectsOf(bytes.bytes(), 0, { limits: { inline: 9 } })).toEqual(["import os.xxxxxxxxx"]);
    expect(effectsOf(bytes.bytes(), 0, { limits: { inline: 8 } })).toEqual([
      'import <"os".<string 9>>',
    ]);
  });
});

describe("a name that is imported again", () => {
  test("is told once, by whichever opcode", () => {
    const text = "PROTO 4\nGLOBAL a b\nBINUNICODE a\nBINUNICODE b\nSTACK_GLOBAL\nMARK\nINST a b";
    expect(effects(text)).toEqual(["import a.b", "call a.b()"]);
  });

  test("is told again when its name comes to mean something else", () => {
    const text = "PROTO 2\nGLOBAL __builtin__ eval\nPROTO 3\nGLOBAL __builtin__ eval";
    expect(effects(text)).toEqual(["import builtins.eval", "import __builtin__.eval"]);
  });
});

describe("BUILD", () => {
  test.each([
    ["GLOBAL a b\nEMPTY_TUPLE\nREDUCE", "instance"],
    ["GLOBAL a b", "import"],
    ["EMPTY_DICT", "container"],
    ["BININT1 1\nBINPERSID", "unknown"],
    ["NONE", "constant"],
  ])("on %j has a target of kind %s", (target, kind) => {
    const state = "NONE\nEMPTY_DICT\nTUPLE2\nBUILD";
    expect(effects(`${target}\n${state}`).at(-1)).toMatch(
      new RegExp(`^state ${kind} .* \\(None, {}\\)$`),
    );
  });
});
