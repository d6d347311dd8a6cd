import { runSync } from "../../../packages/formats/src/core/driver.ts";
import { readSafetensors } from "../../../packages/formats/src/safetensors/parse.ts";
import { SAFETENSORS_DTYPE_BITS } from "../../../packages/formats/src/safetensors/types.ts";
import {
  writeSafetensors,
  type SafetensorsPlan,
  type SafetensorsTensorPlan,
} from "../../../packages/formats/src/kit/safetensors.ts";
import { memorySource } from "../../../packages/formats/src/source/memory.ts";
import type { Random } from "../random.ts";
import { showPlain } from "../show.ts";
import { KIB, wordList, whenRead, type FuzzTarget, type Picture } from "../target.ts";
import { pictureOf } from "./picture.ts";

/** The reader of safetensors headers. */
export const safetensors: FuzzTarget = {
  name: "safetensors",
  code: ["packages/formats/src/safetensors/"],
  seeds: () => [
    writeSafetensors(SOUND),
    writeSafetensors({ ...SOUND, metadata: { format: "pt" } }),
    writeSafetensors({ tensors: [] }),
  ],
  build: (random) => writeSafetensors(plan(random)),
  words: wordList(
    "__metadata__",
    '"dtype"',
    '"shape"',
    '"data_offsets"',
    '"F32"',
    '"F4"',
    '"BF16"',
    '"XX"',
    "[0,4]",
    "{}",
    "[]",
    "null",
    "\\u0041",
    "\\ud800",
    ",",
    ":",
    "1e5",
    "-0",
    "\uFEFF",
    "e\u0301",
  ),
  read: (bytes, window) => pictureOf(readSafetensors(bytes.length), bytes, window),
  hasWindows: true,
  memory: (length) => 16 * length + 256 * KIB,
  rules: [whenRead(isWrittenBack)],
};

const SOUND: SafetensorsPlan = {
  tensors: [
    { name: "a.weight", dtype: "F32", shape: [2, 3] },
    { name: "a.bias", dtype: "BF16", shape: [3] },
    { name: "packed", dtype: "F4", shape: [4, 4] },
    { name: "scalar", dtype: "I64", shape: [] },
  ],
};

function plan(random: Random): SafetensorsPlan {
  const tensors = random.some(4, (index) => lyingTensor(random, index));
  return {
    tensors,
    ...(random.once(4) ? { metadata: random.pick([{ a: "b" }, { a: 1 }, [], null, "x"]) } : {}),
    ...(random.once(12) ? { headerLength: random.edge() } : {}),
    ...(random.once(8) ? { trailing: random.bytes(3) } : {}),
  };
}

function lyingTensor(random: Random, index: number): SafetensorsTensorPlan {
  const lies = (): unknown => random.pick([Number(random.edge()), -1, 0.5, "1", null, true]);
  return {
    name: random.pick([`t${index}`, "same", "\u00e9", "e\u0301", "", "__metadata__"]),
    dtype: random.once(10) ? "XX" : random.pick([...SAFETENSORS_DTYPE_BITS.keys()]),
    shape: random.some(3, () => (random.once(10) ? Number(random.edge()) : random.below(4))),
    data: random.bytes(random.below(24)),
    ...(random.once(6) ? { offsets: random.some(3, lies) } : {}),
  };
}

/** What a sound file says, written again, says the same. */
function isWrittenBack(bytes: Uint8Array, picture: Picture): string | undefined {
  if (picture.faults.length > 0) return undefined;
  const { tensors, metadata, dataOffset } = runSync(
    readSafetensors(bytes.length),
    memorySource(bytes),
  ).value;
  const plan: SafetensorsPlan = {
    metadata: Object.fromEntries(metadata),
    tensors: tensors.map(({ name, dtype, shape, offset, bytes: length }) => ({
      name,
      dtype,
      shape,
      data: bytes.slice(dataOffset + offset, dataOffset + offset + length),
    })),
  };
  const written = writeSafetensors(plan);
  const other = pictureOf(
    readSafetensors(written.length),
    written,
    undefined,
    (one) => one.tensors,
  );
  const [one, two] = [tensors, other.value].map(showPlain);
  if (other.faults.length > 0) return `written again it has a fault: ${other.faults[0]?.message}`;
  return one === two ? undefined : `written again its tensors are ${two}, not ${one}`;
}
