import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { FormatError } from "../core/format-error.ts";
import { appendJoblibArray, type JoblibArraySpec } from "../kit/joblib.ts";
import { readPickleBytes } from "../kit/pickle-read.ts";
import { showEffect } from "../kit/pickle-show.ts";
import { PickleAssembler } from "../kit/pickle.ts";
import type { PickleStream } from "./streams.ts";

/** A dict with an array, a call behind it and a second array. */
function file(first: JoblibArraySpec, second: JoblibArraySpec = {}): Uint8Array {
  const pickle = new PickleAssembler().proto(4).emptyDict().mark().data("first");
  appendJoblibArray(pickle, first);
  pickle.data("call").call("os", "nice", true).data("second");
  return appendJoblibArray(pickle, second).setitems().stop().bytes();
}

const streams = (bytes: Uint8Array): readonly PickleStream[] =>
  readPickleBytes(bytes).value.streams;

const hasCall = (stream: PickleStream | undefined): boolean =>
  stream?.effects.map(showEffect).includes("call os.nice(True) [python]") === true;

/** Codes of what was wrong, and what the streams are. */
function seen(bytes: Uint8Array): unknown {
  const { value, faults, complete, unclaimed } = readPickleBytes(bytes);
  const views = value.streams.map(({ view, depth, stopped }) => [view, depth, stopped]);
  return { views, codes: faults.map(({ code }) => code), complete, unclaimed };
}

const SOUND = { views: [["joblib", 0, true]], codes: [], complete: true, unclaimed: [] };
const NESTED = { ...SOUND, views: [...SOUND.views, ["memory", 1, true]] };

const objects = new PickleAssembler().proto(2).call("a", "b", "c").stop().bytes();
const record = [3, "|", null, ["x"], null, 5, 1, 16] as const;

describe("data between opcodes are passed over", () => {
  test.each<[string, JoblibArraySpec]>([
    ["floats, aligned", {}],
    ["as before joblib 1.2", { alignment: null }],
    ["without frames", { isUnframed: true }],
    ["another alignment", { alignment: 64 }],
    ["of no dimension", { shape: [], data: new Uint8Array(8) }],
    ["empty", { shape: [0, 7], data: new Uint8Array(0) }],
    [
      "text",
      { code: "U3", data: new Uint8Array(24), dtypeState: [3, "<", null, null, null, 12, 4, 8] },
    ],
    ["records", { code: "V5", data: new Uint8Array(10), dtypeState: record }],
    ["vendored", { module: "sklearn.externals.joblib.numpy_pickle" }],
  ])("%s", (_, spec) => {
    const bytes = file(spec);
    expect(seen(bytes)).toEqual(SOUND);
    const [stream] = streams(bytes);
    expect(hasCall(stream)).toBe(true);
    const length = (spec.data ?? new Uint8Array(16)).length;
    expect(stream?.arrays.map(({ dataBytes }) => dataBytes)).toEqual([length, 16]);
    for (const { dataOffset, dataBytes } of stream?.arrays ?? []) {
      const first = bytes[dataOffset];
      expect(dataBytes === 0 || first === (spec.data ? first : 0x2e)).toBe(true);
    }
  });

  test("objects: a pickle of its own, as a stream within", () => {
    const bytes = file({ code: "O8", data: objects });
    expect(seen(bytes)).toEqual(NESTED);
    const [outer, inner] = streams(bytes);
    expect(hasCall(outer)).toBe(true);
    expect(inner?.effects.map(showEffect)).toContain('call a.b("c")');
    expect([inner?.parent, outer?.arrays[0]?.holdsPickle]).toEqual([0, true]);
    expect(outer?.arrays[0]?.dataBytes).toBe(objects.length);
  });

  test("an object in a field of a record", () => {
    const pickle = new PickleAssembler().proto(2);
    const state = new PickleAssembler().data(3).data("|").none().data(["x"]).emptyDict().data("x");
    state
      .call("numpy", "dtype", "O8", false, true)
      .data([3, "|", null, null, null, -1, -1, 63])
      .build();
    const bytes = pickle
      .global("joblib.numpy_pickle", "NumpyArrayWrapper")
      .data([])
      .newobj()
      .emptyDict()
      .mark()
      .data("shape")
      .data([1])
      .data("dtype")
      .call("numpy", "dtype", "V8", false, true)
      .mark()
      .raw(state.data(0).raw("\x86s").data(8).data(1).data(27).bytes())
      .tuple()
      .build()
      .setitems()
      .build()
      .raw(objects)
      .stop()
      .bytes();
    expect(seen(bytes)).toEqual(NESTED);
  });

  test("an instance made by protocol 0", () => {
    const bytes = new PickleAssembler()
      .global("copyreg", "_reconstructor")
      .mark()
      .global("joblib.numpy_pickle", "NumpyArrayWrapper")
      .global("builtins", "object")
      .none()
      .tuple()
      .reduce()
      .emptyDict()
      .mark()
      .data("shape")
      .data([2])
      .data("dtype")
      .call("numpy", "dtype", "u1")
      .setitems()
      .build()
      .raw(Uint8Array.of(0xff, 0xff))
      .stop()
      .bytes();
    expect(seen(bytes)).toEqual(SOUND);
  });
});

/** A file whose first array holds these bytes, with nothing around them. */
const carrier = (data: Uint8Array): Uint8Array =>
  file({ code: "u1", alignment: null, isUnframed: true, shape: [data.length], data });

describe("what joblib passes over and others run", () => {
  const hidden = new PickleAssembler().pop().call("os", "nice", true).stop().bytes();
  test("opcodes in the data are seen, beside joblib's view", () => {
    const [plain, joblib] = streams(carrier(hidden));
    expect([plain?.view, joblib?.view]).toEqual(["memory", "joblib"]);
    expect(plain?.effects.map(showEffect)).toContain("call os.nice(True)");
    expect(hasCall(joblib)).toBe(true);
  });

  test("a call of what was imported before the array", () => {
    const bytes = new PickleAssembler().proto(2).global("os", "nice").data([true]);
    appendJoblibArray(bytes, {
      code: "u1",
      alignment: null,
      isUnframed: true,
      shape: [2],
      data: new PickleAssembler().pop().reduce().bytes(),
    });
    const [plain] = streams(bytes.stop().bytes());
    expect(plain?.effects.map(showEffect).at(-1)).toBe("call os.nice(True)");
  });

  test("chance bytes are not", () => {
    expect(seen(carrier(Uint8Array.of(0x30, 0x2e, 0x52, 0x63)))).toEqual(SOUND);
  });
});

describe("what joblib runs in another order", () => {
  const call = new PickleAssembler().call("os", "nice", true).pop().bytes();

  test("opcodes behind the wrapper, in its frame, and data behind that", () => {
    const bytes = file({ behind: call, alignment: null });
    expect(seen(bytes)).toEqual({ ...SOUND, codes: ["ambiguous"] });
    const [stream] = streams(bytes);
    const calls = stream?.effects.filter(({ kind }) => kind === "call").map(showEffect);
    expect(calls?.filter((shown) => shown.includes("os.nice"))).toHaveLength(2);
  });

  test("an opcode across the data", () => {
    const bytes = file({ behind: Uint8Array.of(0x4b), alignment: null });
    expect(seen(bytes)).toMatchObject({ codes: ["ambiguous", "unsupported"], complete: false });
  });

  test("a wrapper built once more from the memo", () => {
    const pickle = new PickleAssembler()
      .proto(2)
      .global("joblib.numpy_pickle", "NumpyArrayWrapper");
    pickle.data([]).newobj().binput(0).emptyDict().mark().data("shape").data([1]);
    pickle.data("dtype").call("numpy", "dtype", "u1").setitems().build().raw("\xff");
    const twice = pickle.binget(0).emptyDict().build().raw("\xff").stop().bytes();
    expect(seen(twice)).toEqual(SOUND);
    expect(streams(twice)[0]?.arrays).toHaveLength(2);
  });

  test("an array built once more is none", () => {
    const pickle = new PickleAssembler().proto(2);
    appendJoblibArray(pickle, { isUnframed: true });
    expect(seen(pickle.none().build().stop().bytes())).toEqual(SOUND);
  });
});

const typed = (code: string, dtypeState?: JoblibArraySpec["dtypeState"]): JoblibArraySpec => ({
  code,
  shape: [2],
  data: new Uint8Array(16),
  ...(dtypeState !== undefined && { dtypeState }),
});

describe("each fault beside its sound twin", () => {
  test.each<[string, JoblibArraySpec, string, JoblibArraySpec]>([
    ["an unknown type", typed("x8"), "unsupported", typed("i8")],
    ["a negative length", { shape: [-2] }, "unsupported", { shape: [2] }],
    ["more than any file", { shape: [2 ** 31 - 1, 2 ** 31 - 1] }, "unsupported", { shape: [1, 2] }],
    [
      "numbers said to be objects",
      typed("f8", [3, "<", null, null, null, -1, -1, 63]),
      "unsupported",
      typed("f8", [3, "<", null, null, null, -1, -1, 0]),
    ],
    [
      "objects said to be numbers",
      { ...typed("O8", [3, "|", null, null, null, -1, -1, 0]) },
      "unsupported",
      { ...typed("O8", [3, "|", null, null, null, -1, -1, 63]), data: objects },
    ],
    ["data cut short", { shape: [2_000] }, "truncated", { shape: [2] }],
    [
      "objects that are no pickle",
      { code: "O8", data: Uint8Array.of(0xff) },
      "bad-field",
      { code: "O8", data: objects },
    ],
  ])("%s", (_, broken, code, sound) => {
    const outcome = readPickleBytes(file(broken));
    expect(outcome.complete).toBe(false);
    expect(outcome.faults.at(-1)?.code).toBe(code);
    expect(readPickleBytes(file(sound))).toMatchObject({ faults: [], complete: true });
  });
});

test("a reader that is not joblib may end in an array of objects, and hides nothing", () => {
  // The plain reader takes its module from slot 0 of the file's memo, and calls a text in the end.
  const inner = new PickleAssembler()
    .proto(4)
    .data("numpy")
    .memoize()
    .pop()
    .binget(0)
    .data("dtype")
    .stackGlobal()
    .memoize()
    .binget(1)
    .emptyTuple()
    .reduce()
    .stop()
    .bytes();
  const outer = (behind: Uint8Array): Uint8Array =>
    appendJoblibArray(new PickleAssembler().proto(2).data("first").binput(0), {
      code: "O8",
      isUnframed: true,
      data: inner,
    })
      .raw(behind)
      .bytes();
  const end = new PickleAssembler().pop().stop().bytes();
  const views = [
    ["memory", 0, false],
    ["joblib", 0, true],
    ["memory", 1, true],
  ];
  expect(seen(outer(end))).toMatchObject({ views, codes: [], complete: true });
  // Where joblib does not come to its end either, what is behind is unknown.
  expect(seen(outer(new Uint8Array(0)))).toMatchObject({ complete: false });
});

test("the limit of streams counts those in arrays, and loses nothing", () => {
  const bytes = file({ code: "O8", data: objects });
  const read = (streams: number): unknown => {
    const { value, faults } = readPickleBytes(bytes, { limits: { streams } });
    const names = new Set(faults.map(({ limit }) => limit?.name));
    return [value.streams.map(({ view }) => view), [...names]];
  };
  expect(read(2)).toEqual([["joblib", "memory"], []]);
  // Then the other readers' view has what stands in the array.
  expect(read(1)).toEqual([["memory", "joblib"], ["PICKLE_MAX_STREAMS"]]);
});

/** All that a caller can see. */
function outcome(bytes: Uint8Array, window?: number): unknown {
  try {
    const { value, faults, ...rest } = readPickleBytes(bytes, {}, window);
    const shown = value.streams.map(({ effects, view, arrays, start, end }) => ({
      place: [view, arrays, start, end],
      effects: effects.map((effect) => [effect.offset, showEffect(effect)]),
    }));
    return [shown, faults.map(({ code, offset }) => [code, offset]), rest];
  } catch (error) {
    if (FormatError.isInstance(error)) return error.code;
    throw error;
  }
}

describe.each<[string, Uint8Array]>([
  ["arrays", file({})],
  ["objects", file({ code: "O8", data: objects }, { alignment: null, isUnframed: true })],
  ["in another order", file({ behind: new PickleAssembler().call("a", "b").pop().bytes() })],
])("%s", (_, bytes) => {
  test("the window makes no difference", () => {
    expect(outcome(bytes, 1)).toEqual(outcome(bytes));
    expect(outcome(bytes, 7)).toEqual(outcome(bytes));
  });

  test("a cut at any offset loses no effect before it", () => {
    const whole = streams(bytes)[0]?.effects ?? [];
    for (let cut = 2; cut < bytes.length; cut += 1) {
      const { value, complete } = readPickleBytes(bytes.subarray(0, cut));
      const found = value.streams[0]?.effects.length ?? 0;
      // An opcode of up to 64 bytes may itself be cut.
      const before = whole.filter(({ offset }) => offset + 64 <= cut).length;
      expect(found).toBeGreaterThanOrEqual(before);
      expect(complete).toBe(false);
    }
  });

  test("a flipped byte breaks nothing, at any window", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        expect(outcome(flipped, 1)).toEqual(outcome(flipped));
      }),
      { numRuns: 60 },
    );
  });
});
