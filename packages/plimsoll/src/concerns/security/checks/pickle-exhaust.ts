import { defineCheck } from "../../../kernel/check.ts";
import { formatCount } from "../../../kernel/units.ts";
import { parseAllocationFacts } from "../exhaust/schema.ts";
import { excessesOf, type Excess } from "../exhaust/stream.ts";

const MEND = {
  text: "Do not load this file. Take the safetensors or GGUF file of the same model, or ask its publisher for one.",
};

/** Characters of a foreign name that a message shows. */
const SHOWN = 120;

export default defineCheck({
  id: "security/pickle-exhaust",
  code: "PLM-SEC-040",
  title: "Loading a pickle takes more memory or time than there is",
  why: "A pickle of a hundred bytes can ask for a terabyte, or for work without end, by a number: the process that loads it dies.",
  source: { url: "https://cwe.mitre.org/data/definitions/789.html", read: "2026-11-25" },
  basis: "read",
  needs: ["pickles"],
  limits: [
    "a pickle is weighed by the calls that are known to make something of a number, and by data that it holds several times; what its classes do with tampered numbers is not computed",
    "a dict or frozenset that a pickle builds whole and throws away again is not weighed",
  ],
  page: {
    detects:
      "Every call of a pickle that is known to make something of a number (listed with sources in `knowledge/allocations.yaml`): bytes, arrays and tensors of a size, ranges that are walked, texts that are repeated, powers. Every rebuilt tensor is held against its storage. Keys of dicts and items of sets are measured as Python hashes them, and data as whoever prints or copies it would find it: with what is held twice counted twice.",
    levels: {
      stop: "one call asks for 1 GiB or more by a number alone, or a key takes ten million steps to hash or is ten thousand tuples deep.",
      caution:
        "a tensor looks at elements that its storage does not have, which makes torch take memory for them; or data comes to a billion values when it is printed or copied.",
      unknown: "the pickle could not be read to its end.",
    },
    mend: "Do not load the pickle. No library writes such files: they were made or damaged.",
  },
  messages: {
    claims: (a: Shown) =>
      `loading this file calls ${a.symbol} for ${sayAmount(a.amount)} bytes, elements or steps, which no file asks for by a number`,
    "beyond-storage": (a: Shown) =>
      `a tensor looks at ${sayAmount(a.amount)} elements of a storage that has ${sayAmount(a.has)}: loading it takes memory for the rest`,
    hashes: (a: Shown) =>
      `loading this file hashes ${a.symbol} of ${sayAmount(a.amount)} values, ${sayAmount(a.has)} levels deep: it does not end, or ends the process`,
    expands: (a: Shown) =>
      `${a.symbol} comes to ${sayAmount(a.amount)} values when it is printed, compared or copied, though the file holds few`,
  },
  *run({ pickles }, { knowledge }, finding) {
    if (pickles.length === 0) return "not-applicable";
    const facts = knowledge.read("allocations", parseAllocationFacts);
    for (const { file, member, streams } of pickles) {
      const told = new Map<string, { excess: Excess; times: number }>();
      for (const stream of streams) {
        for (const excess of excessesOf(stream, facts)) {
          const key = `${excess.kind} ${excess.symbol}`;
          const before = told.get(key);
          if (before === undefined) told.set(key, { excess, times: 1 });
          else before.times += 1;
        }
      }
      for (const { excess, times } of told.values()) {
        const { kind, offset } = excess;
        const args = { ...figuresOf(excess), times };
        const isStop = kind === "claims" || kind === "hashes";
        const say = isStop ? finding.stop : finding.caution;
        yield say(kind, args, { file, member, offset }, { remedy: MEND });
      }
    }
    return undefined;
  },
});

type Shown = {
  readonly symbol: string;
  /** Null for a number that no float holds. */
  readonly amount: number | null;
  readonly has: number | null;
  readonly times: number;
};

function figuresOf(excess: Excess): Omit<Shown, "times"> {
  const symbol = excess.symbol.slice(0, SHOWN);
  switch (excess.kind) {
    case "claims":
      return { symbol, amount: finite(excess.amount), has: 0 };
    case "beyond-storage":
      return { symbol, amount: finite(excess.needs), has: finite(excess.has) };
    case "hashes":
      return { symbol, amount: finite(excess.size), has: excess.depth };
    case "expands":
      return { symbol, amount: finite(excess.size), has: 0 };
  }
}

/** JSON has no infinity. */
function finite(amount: number): number | null {
  return Number.isFinite(amount) ? Math.round(amount) : null;
}

function sayAmount(amount: number | null): string {
  if (amount === null) return "endlessly many";
  return Number.isSafeInteger(amount) ? formatCount(amount) : amount.toPrecision(2);
}
