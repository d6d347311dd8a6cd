import { runSync } from "../../../packages/formats/src/core/driver.ts";
import { FormatError } from "../../../packages/formats/src/core/format-error.ts";
import { appendJoblibArray } from "../../../packages/formats/src/kit/joblib.ts";
import {
  encodePickleOp,
  type PickleOperand,
} from "../../../packages/formats/src/kit/pickle-encode.ts";
import { showEffect, showValue } from "../../../packages/formats/src/kit/pickle-show.ts";
import { PickleAssembler } from "../../../packages/formats/src/kit/pickle.ts";
import { OPCODES, type Opcode } from "../../../packages/formats/src/pickle/opcodes.ts";
import { readPickles, type PickleStreams } from "../../../packages/formats/src/pickle/streams.ts";
import { memorySource } from "../../../packages/formats/src/source/memory.ts";
import type { Random } from "../random.ts";
import { MIB, whenRead, wordList, type FuzzTarget, type Picture } from "../target.ts";
import { cutsOf, pictureOf } from "./picture.ts";

/** The pickle machine, over streams behind and inside one another. */
export const pickle: FuzzTarget = {
  name: "pickle",
  code: ["packages/formats/src/pickle/"],
  seeds: () => [
    tensors().bytes(),
    tensors().framed().bytes(),
    new PickleAssembler().proto(4).call("a", "b", tensors().bytes()).stop().bytes(),
    new PickleAssembler()
      .call("a", "b", tensors().bytes().toString())
      .stop()
      .raw(tensors().bytes())
      .bytes(),
    new PickleAssembler()
      .raw("(ia\nb\np0\nS'\\x80\\x02cx\\ny\\n.'\nV\\u00e9\nL5L\nF1.5\nPkey\n\x87b.")
      .bytes(),
    appendJoblibArray(new PickleAssembler().proto(4), {}).stop().bytes(),
    appendJoblibArray(new PickleAssembler().proto(4), { code: "O8", data: tensors().bytes() })
      .stop()
      .bytes(),
  ],
  build: (random) => lyingPickle(random),
  words: [
    ...OPCODES.map(({ code }) => Uint8Array.of(code)),
    ...wordList(
      "cos\nx\n",
      "0x8004",
      "0x95ffffffffffffffff",
      "joblib.numpy_pickle\nNumpyArrayWrapper\n",
      "torch\n",
      "\n",
      "I01\n",
      "L1_0L\n",
      "gASVAAAA",
    ),
  ],
  read,
  hasWindows: true,
  // The stack and the memo are arrays of JavaScript; bytes are copied a few times when they are decoded.
  memory: (length) => 256 * length + 8 * MIB,
  rules: [whenRead(keepsEffects)],
};

function tensors(): PickleAssembler {
  const pickle = new PickleAssembler().proto(2).emptyDict().mark();
  return pickle
    .data("a.weight")
    .torchTensor({ key: "0", shape: [2, 3] })
    .setitems()
    .stop();
}

function lyingPickle(random: Random): Uint8Array {
  const pickle = new PickleAssembler();
  if (!random.once(4)) pickle.proto(random.pick([0, 1, 2, 3, 4, 5, 6]));
  const count = random.below(24);
  for (let index = 0; index < count; index += 1) {
    if (random.once(8))
      pickle.call(random.pick(["a", "os.path"]), random.pick(["b", "c.d"]), random.below(9));
    else if (random.once(24)) appendJoblibArray(pickle, lyingArray(random));
    else pickle.raw(lyingOp(random));
  }
  if (!random.once(5)) pickle.stop();
  if (random.once(4)) pickle.framed(random.pick([0, 0, -1, 1, 40]));
  if (random.once(8)) pickle.raw(tensors().bytes());
  return random.once(8)
    ? new PickleAssembler().proto(3).data(pickle.bytes()).stop().bytes()
    : pickle.bytes();
}

function lyingArray(random: Random): Parameters<typeof appendJoblibArray>[1] {
  return {
    code: random.pick(["f8", "O8", "V16", "S0", "f2", "x9"]),
    shape: random.some(3, () => Number(random.lie(1, 6))),
    alignment: random.pick([16, 16, null, 1, 255]),
    data: random.once(2) ? tensors().bytes() : random.bytes(random.below(40)),
    isUnframed: random.once(4),
  };
}

function lyingOp(random: Random): Uint8Array {
  const opcode = random.pick(OPCODES);
  const claim = random.once(12) ? { claims: random.edge() } : {};
  return encodePickleOp(opcode.name, operandsOf(opcode, random), claim);
}

function operandsOf({ form }: Opcode, random: Random): PickleOperand[] {
  if (form.startsWith("bytes")) return [random.pick([TEXT, random.bytes(4), tensors().bytes()])];
  if (form.startsWith("long")) return [random.edge()];
  if (form === "f8") return [Number(random.edge())];
  if (form.startsWith("line") || form === "text") {
    return [random.pick(LINES), random.pick(LINES)];
  }
  return form === "none" ? [] : [random.lie(random.below(6), 8)];
}

const TEXT = new TextEncoder().encode("os");

const LINES: readonly string[] = [
  "os",
  "a",
  "b.c",
  "",
  "0",
  "1",
  "-5",
  "00",
  "01",
  "0x10",
  "1_0",
  "5L",
  "1e5",
  "nan",
  "'q'",
  "'\\x41'",
  "\\u00e9",
  '"\\n"',
  "'",
  "9".repeat(20),
];

function read(bytes: Uint8Array, window?: number): Picture {
  return pictureOf(readPickles(bytes.length), bytes, window, show);
}

function show({ streams }: PickleStreams): unknown {
  return streams.map(({ effects, root, fault, faults, arrays, ...rest }) => ({
    ...rest,
    arrays: arrays.length,
    faults: faults.map(({ code, offset }) => [code, offset]),
    fault: fault?.code,
    effects: effects.map((effect) => `${effect.offset} ${showEffect(effect)}`),
    root: root && showValue(root),
  }));
}

/** What the pickle at the beginning does before a cut, it does in the cut file. */
function keepsEffects(bytes: Uint8Array, _: Picture, random: Random): string | undefined {
  const whole = effectsOf(bytes);
  for (const cut of cutsOf(bytes, random)) {
    const { effects, views } = effectsOf(bytes.slice(0, cut));
    const kept = new Set(effects.map(({ name }) => name));
    const inAnyView = new Set(effects.map(({ what }) => what));
    const lost = whole.effects.find(({ name, what, offset, end, by, view }) => {
      if (end > cut || kept.has(name)) return false;
      // joblib takes the data of an array from behind the frame, and goes on before it only when they are there.
      if (view === "joblib" && inAnyView.has(what)) return false;
      // C refuses the cut file at a frame whose bytes are not all there, and what is C's alone is nobody's then.
      if (by === "c" && mayCutFrame(bytes.subarray(0, offset), cut)) return false;
      // A view that is told because of what follows the cut is not told without it.
      return views.size === 0 || views.has(view);
    });
    if (lost !== undefined) return `cut at ${cut} it does not ${lost.name}`;
  }
  return undefined;
}

/** Length of FRAME with its operand. */
const FRAME_BYTES = 9;
const FRAME = 0x95;

/** Whether a frame that begins in these bytes, if that is what the byte means, reaches beyond a cut. */
function mayCutFrame(before: Uint8Array, cut: number): boolean {
  const view = new DataView(before.buffer, before.byteOffset, before.byteLength);
  for (let at = before.indexOf(FRAME); at >= 0; at = before.indexOf(FRAME, at + 1)) {
    if (at + FRAME_BYTES > before.length) return false;
    if (BigInt(at + FRAME_BYTES) + view.getBigUint64(at + 1, true) > BigInt(cut)) return true;
  }
  return false;
}

type Done = {
  readonly name: string;
  /** The same in every view. */
  readonly what: string;
  readonly offset: number;
  readonly view: string;
  readonly by: string;
  /** An offset at which it is over: the next one's. */
  readonly end: number;
};

type Deeds = {
  readonly effects: readonly Done[];
  readonly views: ReadonlySet<string>;
};

/** Effects of the pickle at the beginning, in each view of it. */
function effectsOf(bytes: Uint8Array): Deeds {
  try {
    const { value } = runSync(readPickles(bytes.length), memorySource(bytes));
    const first = value.streams.filter(({ parent, start }) => parent === undefined && start === 0);
    const effects = first.flatMap(({ effects, view }) =>
      effects.map(({ offset, kind, by }, index) => ({
        name: `${kind} at ${offset} in ${view}`,
        what: `${kind} at ${offset}`,
        offset,
        view,
        by,
        end: effects.slice(index + 1).find((next) => next.offset > offset)?.offset ?? Infinity,
      })),
    );
    return { effects, views: new Set(first.map(({ view }) => view)) };
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return { effects: [], views: new Set() };
  }
}
