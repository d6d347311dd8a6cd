import { isUtf8 } from "node:buffer";

import { decodeUtf8 } from "../../../packages/formats/src/json/decode.ts";
import { parseJson } from "../../../packages/formats/src/json/parse.ts";
import type { Random } from "../random.ts";
import { showPlain } from "../show.ts";
import { KIB, wordList, type FuzzTarget, type Outcome } from "../target.ts";

/** The strict reader of JSON, in the face of `JSON.parse`. */
export const json: FuzzTarget = {
  name: "json",
  code: ["packages/formats/src/json/"],
  seeds: () => TEXTS.map((text) => new TextEncoder().encode(text)),
  build: (random) => new TextEncoder().encode(lyingText(random, 4)),
  words: wordList(
    "true",
    "false",
    "null",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"',
    "\\u",
    "\\ud83d\\ude00",
    "1e400",
    "-0",
    "0.1",
    "1E+2",
    "9007199254740993",
    "\u2028",
    "\uFEFF",
    '"__proto__":1',
    "//",
    ...["0xed a0 80", "0xc080", "0xf4908080"].map((word) => word.replaceAll(" ", "")),
  ),
  read: (bytes) => parseJson(decodeUtf8(bytes, 0)),
  hasWindows: false,
  memory: (length) => 16 * length + 64 * KIB,
  rules: [agreesWithTheEngine],
};

const TEXTS: readonly string[] = [
  '{"a":[1,-2.5e3,true,false,null,"b\\u00e9\\n"],"c":{"d":{}}}',
  '{"dup":1,"dup":2,"__proto__":{"x":1}}',
  "[123456789012345678901234567890, 0, -0, 1e400]",
  ' "\\ud83d\\ude00 \\ud800" ',
];

function lyingText(random: Random, depth: number): string {
  const inner = (): string => (depth === 0 ? "0" : lyingText(random, depth - 1));
  const space = random.once(6) ? random.pick([" ", "\n", "\t", "\u00a0", "\f"]) : "";
  switch (random.below(6)) {
    case 0:
      return `[${random.some(4, inner).join(random.once(20) ? ",," : ",")}]${space}`;
    case 1:
      return `{${random.some(4, (at) => `"${random.pick(["a", "b", `k${at}`])}"${space}:${inner()}`).join(",")}}`;
    case 2:
      return String(random.edge());
    case 3:
      return `"${random.pick(["", "a", "\\n", "\\u0000", "\\x", "\u0001", "é", "\\udc00"])}"`;
    case 4:
      return random.pick([
        "true",
        "false",
        "null",
        "nul",
        "1.5",
        "-",
        "01",
        "1.",
        ".5",
        "1e",
        "NaN",
      ]);
    default:
      return `${space}${random.below(1_000)}${space}`;
  }
}

/** Limits of ours that the engine does not have, and what UTF-8 it would replace. */
const OWN_REFUSALS: ReadonlySet<string> = new Set(["limit"]);

/** What we read, the engine reads as the same; what the engine reads, we do not refuse. */
function agreesWithTheEngine(bytes: Uint8Array, outcome: Outcome): string | undefined {
  if (!isUtf8(bytes) || (outcome.kind === "refused" && OWN_REFUSALS.has(outcome.error.code))) {
    return undefined;
  }
  let other: unknown;
  try {
    other = JSON.parse(
      Buffer.from(bytes)
        .toString("utf8")
        .replace(/^\uFEFF/u, ""),
    );
  } catch {
    return outcome.kind === "read" ? "the engine refuses it" : undefined;
  }
  if (outcome.kind === "refused") return `the engine reads it: ${outcome.error.message}`;
  const [one, two] = [plain(outcome.picture.value), plain(other)].map(showPlain);
  return one === two ? undefined : `the engine reads ${two}, not ${one}`;
}

/** Maps as pairs, each key once; large integers as the doubles that the engine makes of them. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return sorted([...value]);
  if (typeof value === "object" && value !== null) return sorted(Object.entries(value));
  return value;
}

function sorted(pairs: readonly (readonly [unknown, unknown])[]): unknown {
  const shown = pairs.map(([key, value]) => [String(key), plain(value)] as const);
  return { pairs: shown.toSorted(([one], [two]) => (one < two ? -1 : 1)) };
}
