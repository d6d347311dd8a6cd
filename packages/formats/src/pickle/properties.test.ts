import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { readPickleBytes } from "../kit/pickle-read.ts";
import { showEffect, showValue } from "../kit/pickle-show.ts";
import { assemblePickle } from "../kit/pickle-text.ts";
import { PickleAssembler } from "../kit/pickle.ts";
import type { Effect } from "./effects.ts";
import { OPCODES } from "./opcodes.ts";
import type { PickleOptions, PickleStreams } from "./streams.ts";

const tensors = (): PickleAssembler =>
  new PickleAssembler()
    .proto(2)
    .emptyDict()
    .mark()
    .data("a.weight")
    .torchTensor({ key: "0", shape: [2, 3] })
    .data("b.bias")
    .torchTensor({ key: "1", shape: [3], storage: "HalfStorage" })
    .setitems();

const FIXTURES: Readonly<Record<string, Uint8Array>> = {
  tensors: tensors().stop().bytes(),
  framed: tensors().stop().framed().bytes(),
  nested: new PickleAssembler().proto(4).call("a", "b", tensors().stop().bytes()).stop().bytes(),
  text: assemblePickle(String.raw`MARK
INST a b
PUT 0
STRING '\x80\x02cx\ny\n.'
UNICODE \u00e9
LONG 5L
FLOAT 1.5
PERSID key
TUPLE3
BUILD
STOP`),
  everyForm: assemblePickle(`PROTO 5
FRAME 0
LONG4 -5
BINUNICODE8 é
BYTEARRAY8 abc
BINFLOAT 1.5
EXT2 5
NEXT_BUFFER
MARK
GLOBAL a b
BININT 5
OBJ
STOP
PROTO 2
EMPTY_DICT
STOP`),
};

type Outcome = Parsed<PickleStreams> | string;

const read = (bytes: Uint8Array, window?: number, options: PickleOptions = {}): Outcome => {
  try {
    return readPickleBytes(bytes, options, window);
  } catch (error) {
    if (FormatError.isInstance(error)) return error.code;
    throw error;
  }
};

const plain = (outcome: Outcome): unknown =>
  typeof outcome === "string"
    ? outcome
    : {
        ...outcome,
        faults: outcome.faults.map(({ code, offset, message }) => [code, offset, message]),
        value: outcome.value.streams.map(({ fault, faults, effects, root, ...rest }) => ({
          ...rest,
          faults: [...faults, fault].map((one) => one && [one.code, one.offset]),
          effects: effects.map((effect) => [effect.offset, showEffect(effect)]),
          root: root && showValue(root),
        })),
      };

const firstEffects = (outcome: Outcome): readonly Effect[] =>
  typeof outcome === "string" ? [] : (outcome.value.streams[0]?.effects ?? []);

const kindAndOffset = ({ kind, offset }: Effect): unknown => [kind, offset];

describe.each(Object.entries(FIXTURES))("%s", (_, bytes) => {
  test("is read whole", () => {
    const outcome = read(bytes);
    expect(typeof outcome !== "string" && outcome.complete && outcome.faults).toEqual([]);
  });

  test("windows of 1, 7 and 65,536 bytes give the same", () => {
    const whole = plain(read(bytes));
    expect(plain(read(bytes, 1))).toEqual(whole);
    expect(plain(read(bytes, 7))).toEqual(whole);
    expect(plain(read(bytes, 7, { limits: { inline: 4 } }))).toEqual(
      plain(read(bytes, 65_536, { limits: { inline: 4 } })),
    );
  });

  test("a cut at any offset loses no effect before it", () => {
    const effects = firstEffects(read(bytes));
    const ends = effects.map(
      ({ offset }) => effects.find((next) => next.offset > offset)?.offset ?? offset + 9,
    );
    for (let cut = 0; cut < bytes.length; cut += 1) {
      const found = firstEffects(read(bytes.subarray(0, cut)));
      const before = effects.filter((_, place) => (ends[place] ?? 0) <= cut);
      expect(found.slice(0, before.length).map(kindAndOffset)).toEqual(before.map(kindAndOffset));
    }
  });

  test("a flipped byte breaks nothing, at any window", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        expect(plain(read(flipped, 1))).toEqual(plain(read(flipped)));
      }),
      { numRuns: 60 },
    );
  });
});

test("any sequence of opcodes is read the same at any window", () => {
  const codes = OPCODES.map(({ code }) => code);
  const byte = fc.oneof(
    fc.constantFrom(...codes),
    fc.constantFrom(0, 1, 2, 10, 48, 49),
    fc.nat(255),
  );
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 4 }),
      fc.array(byte, { maxLength: 60 }),
      (head, tail) => {
        const bytes = Uint8Array.from([...head, 0x4e, 0x4e, ...tail]);
        expect(plain(read(bytes, 1))).toEqual(plain(read(bytes)));
      },
    ),
    { numRuns: 300 },
  );
});
