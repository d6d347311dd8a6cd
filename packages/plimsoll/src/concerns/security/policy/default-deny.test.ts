import { memorySource, readPickles, runSync } from "@plimsoll/formats";
import { assemblePickle, PickleAssembler } from "@plimsoll/formats/kit";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { openKnowledge } from "../../../config/knowledge.ts";
import { judgeStream } from "./pickle.ts";
import { parseImportFacts } from "./schema.ts";
import { Work } from "./shapes/work.ts";

const FACTS = openKnowledge(join(import.meta.dirname, "../../../../knowledge")).read(
  "imports",
  parseImportFacts,
);

/** The kinds of ruling over all streams of a pickle, in order, each once. */
function judge(bytes: Uint8Array, work: Work = new Work()): string[] {
  const { streams } = runSync(readPickles(bytes.length), memorySource(bytes)).value;
  const policy = { facts: FACTS, shipped: new Map<string, string>(), work };
  const rulings = streams.flatMap((stream) => [...judgeStream(stream, streams, policy)]);
  return [...new Set(rulings.map(({ kind }) => kind))];
}

/** A namespace of one attribute, which must be plain data. */
const metadata = (value: string): Uint8Array =>
  assemblePickle(
    `PROTO 4\nGLOBAL argparse Namespace\nEMPTY_TUPLE\nNEWOBJ\nEMPTY_DICT\nBINUNICODE "x"\n${value}\nSETITEM\nBUILD\nSTOP`,
  );

const deep = (end: string): string => `${end}\n${"TUPLE1\n".repeat(100_000)}`;

const NAMES = ["main", "run", "Popen", "load", "open", "call", "C"];

const called = (module: string, name: string, ...args: string[]): Uint8Array =>
  new PickleAssembler()
    .proto(4)
    .call(module, name, ...args)
    .stop()
    .bytes();

describe("graphs made to stall", () => {
  test("data a hundred thousand levels deep is walked without recursion", () => {
    expect(judge(metadata(deep("NONE")))).toEqual([]);
    expect(judge(metadata(deep("GLOBAL torch Size")))).toEqual(["code-argument"]);
  });

  test("a list that holds itself is walked once", () => {
    const little = new Work(100);
    expect(judge(metadata("EMPTY_LIST\nBINPUT 7\nBINGET 7\nAPPEND"), little)).toEqual([]);
    expect(little.isSpent).toBe(false);
  });

  test("spent work is said, and what is called is judged by name all the same", () => {
    const shared = `MARK\n${"BININT1 1\n".repeat(100)}TUPLE\nBINPUT 5\nPOP\n`;
    const calls = "GLOBAL torch Size\nBINGET 5\nTUPLE1\nREDUCE\nPOP\n".repeat(10);
    const bytes = assemblePickle(`PROTO 4\n${shared}${calls}GLOBAL os getcwd\nSTOP`);
    const enough = new Work(1_100);
    expect(judge(bytes, enough)).toEqual(["sink"]);
    expect(enough.isSpent).toBe(false);
    const short = new Work(1_000);
    expect(judge(bytes, short)).toEqual(["sink"]);
    expect(short.isSpent).toBe(true);
  });
});

describe("default deny", () => {
  test("no call into the standard library is safe but those that are listed", () => {
    const safe = [...FACTS.standard].flatMap((module) =>
      NAMES.filter((name) => judge(called(module, name, "true")).length === 0).map(
        (name) => `${module}.${name}`,
      ),
    );
    expect(FACTS.standard.size).toBeGreaterThan(300);
    expect(safe).toEqual([]);
  });

  test("no sink is safe, called or only named", () => {
    const symbols = [
      ...FACTS.sinkSymbols.keys(),
      ...[...FACTS.sinkModules.keys()].map((module) => `${module}.x`),
    ];
    const safe = symbols.filter((symbol) => {
      const at = symbol.lastIndexOf(".");
      const [module, name] = [symbol.slice(0, at), symbol.slice(at + 1)];
      const named = new PickleAssembler().proto(4).global(module, name).stop().bytes();
      return !judge(called(module, name)).includes("sink") || !judge(named).includes("sink");
    });
    expect(symbols.length).toBeGreaterThan(100);
    expect(safe).toEqual([]);
  });

  test("a listed symbol is another one when its name is written with dots", () => {
    const safe = [...FACTS.allow.keys()].filter((symbol) => {
      const [module = "", ...name] = symbol.split(".");
      return name.length > 1 && judge(called(module, name.join("."))).length === 0;
    });
    expect(safe).toEqual([]);
  });

  test("no listed symbol takes a callable of another library for its first argument", () => {
    const safe = [...FACTS.allow].filter(([symbol]) => {
      const at = symbol.lastIndexOf(".");
      const body = `GLOBAL ${symbol.slice(0, at)} ${symbol.slice(at + 1)}\nGLOBAL nowhere thing\nTUPLE1\nREDUCE`;
      return judge(assemblePickle(`PROTO 4\n${body}\nSTOP`)).length === 0;
    });
    expect(safe).toEqual([]);
  });
});
