import { describe, expect, test } from "vitest";

import { runSync } from "../core/driver.ts";
import { FormatError } from "../core/format-error.ts";
import { effectsOf, readPickleBytes } from "../kit/pickle-read.ts";
import { showEffect } from "../kit/pickle-show.ts";
import { assemblePickle } from "../kit/pickle-text.ts";
import { PickleAssembler } from "../kit/pickle.ts";
import { readPickles } from "./streams.ts";

const concat = (...parts: (Uint8Array | string)[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)),
  );

const simple = (protocol = 2): Uint8Array =>
  new PickleAssembler().proto(protocol).call("a", "b").stop().bytes();

const codeOf = (bytes: Uint8Array): string => {
  try {
    readPickleBytes(bytes);
    return "read";
  } catch (error) {
    return FormatError.isInstance(error) ? error.code : "other";
  }
};

describe("pickles in a row", () => {
  test("a legacy torch file is five pickles and then storages", () => {
    const head = new PickleAssembler()
      .proto(2)
      .long1(0x1950a86a20f9469cfc6cn)
      .stop()
      .proto(2)
      .binint(1001)
      .stop()
      .proto(2)
      .emptyDict()
      .stop()
      .proto(2)
      .torchTensor({ key: "0", shape: [2] })
      .stop()
      .proto(2)
      .data(["0"])
      .stop()
      .bytes();
    const { value, complete, unclaimed } = readPickleBytes(
      concat(head, "\x02\0\0\0\0\0\0\0", "\0".repeat(8)),
    );
    expect(value.streams.map(({ index, stopped }) => [index, stopped])).toEqual(
      [0, 1, 2, 3, 4].map((index) => [index, true]),
    );
    expect(value.streams[3]?.effects.map(showEffect)).toContain(
      'persid ("storage", torch.FloatStorage, "0", "cpu", 2)',
    );
    expect(complete).toBe(true);
    expect(unclaimed).toEqual([{ start: head.length, end: head.length + 16 }]);
  });

  test("storages that begin like a header are no stream", () => {
    const { value, complete, unclaimed } = readPickleBytes(
      concat(simple(), "\x80\x02\0\0\0\0\0\0"),
    );
    expect(value.streams).toHaveLength(1);
    expect(complete).toBe(true);
    expect(unclaimed).toHaveLength(1);
  });

  test("a header of protocol 2 to 5 tells a stream, one of protocol 1 does not", () => {
    expect(readPickleBytes(concat(simple(), "\x80\x02N.")).value.streams).toHaveLength(2);
    expect(readPickleBytes(concat(simple(), "\x80\x01N.")).value.streams).toHaveLength(1);
  });

  test("a stream without a header counts when it imports by a proper name", () => {
    expect(effectsOf(concat(simple(), "cos\nnice\n."), 1)).toEqual(["import os.nice"]);
    expect(readPickleBytes(concat(simple(), "co s\nnice\n.")).value.streams).toHaveLength(1);
    expect(readPickleBytes(concat(simple(), "N.")).value.streams).toHaveLength(1);
  });

  test("a second stream that is cut short counts", () => {
    const { value, complete } = readPickleBytes(concat(simple(), simple().subarray(0, 4)));
    expect(value.streams.map(({ stopped }) => stopped)).toEqual([true, false]);
    expect(complete).toBe(false);
  });

  test("a stream behind the frame in which the first one stopped", () => {
    const bytes = concat(assemblePickle("PROTO 4\nFRAME 4\nNONE\nSTOP\nRAW hex:0000"), simple());
    const { value, unclaimed } = readPickleBytes(bytes);
    expect(value.streams.map(({ start }) => start)).toEqual([0, bytes.length - simple().length]);
    expect(unclaimed).toEqual([{ start: 13, end: 15 }]);
  });

  test("nothing follows a stream that failed", () => {
    const bytes = concat(assemblePickle("PROTO 2\nNONE\nNONE\nRAW hex:ff"), simple());
    const { value, unclaimed } = readPickleBytes(bytes);
    expect(value.streams.map(({ start, end }) => [start, end])).toEqual([[0, 4]]);
    expect(unclaimed).toEqual([{ start: 4, end: bytes.length }]);
  });
});

describe("what is no pickle", () => {
  test.each([
    ["", "bad-magic"],
    ["\0\0\0\0", "bad-magic"],
    ["# Title\n", "bad-magic"],
    ["README\n", "bad-magic"],
    ["I am text\n", "bad-magic"],
    ['{"a": 1}', "bad-magic"],
    ["version https://git-lfs.github.com/spec/v1\n", "bad-magic"],
    ["N\0", "bad-magic"],
    ["\x80\x02\0", "bad-magic"],
    ["\x80\x06N.", "bad-version"],
    ["\x80\x02", "read"],
    ["NN\0", "read"],
    ["cos\nnice\n\0", "read"],
    ["N.", "read"],
  ])("%j is %s", (text, code) => {
    expect(codeOf(Buffer.from(text, "latin1"))).toBe(code);
  });

  test("a source that fails is no proof", () => {
    const source = {
      id: "broken",
      size: 10,
      read: (): Uint8Array => {
        throw new FormatError("io", "gone", { offset: 0 });
      },
    };
    const { value, complete } = runSync(readPickles(10), source);
    expect(value.streams[0]?.fault?.code).toBe("io");
    expect(complete).toBe(false);
  });
});

const wrap = (write: (assembler: PickleAssembler) => PickleAssembler): Uint8Array =>
  write(new PickleAssembler().proto(4)).stop().bytes();

const failing = (text: string): number =>
  readPickleBytes(wrap((a) => a.shortBinbytes(assemblePickle(text)))).value.streams.length;

describe("pickles in pickles", () => {
  const inner = simple(4);
  const latin1AsUtf8 = Buffer.from(Buffer.from(inner).toString("latin1"));
  const escaped = [...inner].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  const rawUnicode = [...inner]
    .map((byte) => `\\u00${byte.toString(16).padStart(2, "0")}`)
    .join("");
  test.each([
    ["SHORT_BINBYTES", wrap((a) => a.shortBinbytes(inner)), false],
    ["BINBYTES", wrap((a) => a.binbytes(inner)), false],
    ["BYTEARRAY8", wrap((a) => a.bytearray8(inner)), false],
    ["BINSTRING", wrap((a) => a.binstring(inner)), false],
    ["BINUNICODE", wrap((a) => a.binunicode(latin1AsUtf8)), true],
    ["STRING", wrap((a) => a.string(`'${escaped}'`)), true],
    ["UNICODE", wrap((a) => a.unicode(rawUnicode)), true],
  ])("%s", (_, bytes, decoded) => {
    for (const inline of [4, 4096]) {
      const { value } = readPickleBytes(bytes, { limits: { inline } });
      const stream = value.streams[1];
      expect(stream?.parent).toBe(0);
      expect(stream?.depth).toBe(1);
      expect(stream?.decoded).toBe(decoded);
      expect(stream?.effects.map(showEffect)).toEqual(["import a.b", "call a.b()"]);
    }
  });

  test("offsets are those of the file", () => {
    const bytes = wrap((a) => a.shortBinbytes(inner));
    const [, stream] = readPickleBytes(bytes).value.streams;
    expect(stream?.start).toBe(4);
    expect(stream?.effects[0]?.offset).toBe(6);
  });

  test("a stream that fails counts when it does something", () => {
    expect(failing("PROTO 2\nGLOBAL a b\nRAW hex:ff")).toBe(2);
    expect(failing("PROTO 2\nNONE\nRAW hex:ff")).toBe(1);
    expect(failing("NONE\nSTOP")).toBe(1);
  });

  test("one cannot read beyond its bytes object", () => {
    const cut = Uint8Array.of(0x80, 0x04, 0x63, 0x61, 0x0a, 0x62, 0x0a, 0x4a, 1);
    const bytes = wrap((a) => a.shortBinbytes(cut).none().none().none());
    for (const window of [1, 65_536]) {
      const stream = readPickleBytes(bytes, {}, window).value.streams[1];
      expect([stream?.fault?.code, stream?.fault?.offset, stream?.end]).toEqual([
        "truncated",
        11,
        13,
      ]);
    }
  });

  test("all of them come after those of the file", () => {
    const bytes = concat(
      wrap((a) => a.shortBinbytes(inner)),
      wrap((a) => a.shortBinbytes(inner)),
    );
    expect(readPickleBytes(bytes).value.streams.map(({ parent }) => parent)).toEqual([
      undefined,
      undefined,
      0,
      1,
    ]);
  });

  test("several in one bytes object", () => {
    const bytes = wrap((a) => a.shortBinbytes(concat(inner, inner)));
    expect(readPickleBytes(bytes).value.streams.map(({ parent }) => parent)).toEqual([
      undefined,
      0,
      0,
    ]);
  });
});
