import { readNpy } from "../../../packages/formats/src/npy/parse.ts";
import { writeNpy } from "../../../packages/formats/src/kit/npy.ts";
import type { Random } from "../random.ts";
import { KIB, wordList, type FuzzTarget } from "../target.ts";
import { pictureOf } from "./picture.ts";

/** The reader of `.npy` headers, with its reader of Python literals. */
export const npy: FuzzTarget = {
  name: "npy",
  code: ["packages/formats/src/npy/"],
  seeds: () => [
    writeNpy({}),
    writeNpy({ version: 2, descr: "'|O'" }),
    writeNpy({ version: 3, descr: "[('größe', '<i4'), ('b', '<f8', (2,))]", shape: "(1,)" }),
    writeNpy({ descr: "('<f4', (3,))", shape: "()", fortranOrder: "True" }),
  ],
  build: (random) =>
    writeNpy({
      descr: random.once(3) ? lyingLiteral(random, 4) : lyingType(random),
      shape: random.once(3)
        ? lyingLiteral(random, 3)
        : `(${random.some(3, () => random.lie(3)).join(", ")},)`,
      fortranOrder: random.pick(["True", "False", "False", "None", "1"]),
      version: random.pick([1, 1, 2, 3, 4]),
      minor: random.once(20) ? 1 : 0,
      ...(random.once(12) ? { headerLength: random.below(400) } : {}),
      data: random.bytes(random.below(40)),
    }),
  words: wordList(
    "'descr'",
    "'fortran_order'",
    "'shape'",
    "'<f4'",
    "'|O'",
    "True",
    "None",
    "0x10",
    "1_0",
    "10L",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "'''",
    '"',
    "\\x41",
    "\\N{DASH}",
    "b'",
    "u'",
    "r'",
    "#",
    "\\\n",
  ),
  read: (bytes, window) => pictureOf(readNpy(bytes.length), bytes, window),
  hasWindows: true,
  memory: (length) => 16 * length + 256 * KIB,
};

function lyingType(random: Random): string {
  const order = random.pick(["<", ">", "|", "=", ""]);
  const kind = random.pick("?biufcSaUVOMmx".split(""));
  return `'${order}${kind}${random.pick(["", "1", "2", "4", "8", "16", "3", "999999999"])}'`;
}

function lyingLiteral(random: Random, depth: number): string {
  const inner = (): string => (depth === 0 ? "1" : lyingLiteral(random, depth - 1));
  switch (random.below(7)) {
    case 0:
      return `(${random.some(3, inner).join(", ")},)`;
    case 1:
      return `[${random.some(3, inner).join(", ")}]`;
    case 2:
      return `{${random.some(2, () => `${inner()}: ${inner()}`).join(", ")}}`;
    case 3:
      return `'${random.pick(["a", "\\'", "\\x4", "\\u00e9", "\\777", "é", "\\"])}'`;
    case 4:
      return String(random.edge());
    case 5:
      return `(${lyingType(random)}, ${inner()})`;
    default:
      return random.pick([
        "True",
        "None",
        "-1",
        "1L",
        "0o7",
        "0x",
        "1.5",
        "nan",
        lyingType(random),
      ]);
  }
}
