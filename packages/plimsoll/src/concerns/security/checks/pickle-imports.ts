import { defineCheck } from "../../../kernel/check.ts";
import type { Remedy } from "../../../kernel/finding.ts";
import { unread } from "../../../kernel/unread.ts";
import { judgeStream } from "../policy/pickle.ts";
import type { PickleRuling } from "../policy/ruling.ts";
import { parseImportFacts } from "../policy/schema.ts";
import { Work } from "../policy/shapes/work.ts";
import { shippedFinder } from "../policy/shipped.ts";

const MEND: Remedy = {
  text: "Do not load this file. Take the safetensors or GGUF file of the same model, or ask its publisher for one.",
};
const REVIEW: Remedy = {
  text: "Prefer a safetensors or GGUF file of the same model. Load this one only after somebody has read what the symbol does.",
};

/** Characters of a foreign name that a message shows. */
const SHOWN = 120;

export default defineCheck({
  id: "security/pickle-imports",
  code: "PLM-SEC-001",
  title: "Pickled files import code",
  why: "Loading a pickle runs what it imports and calls, before anything can look at the result.",
  source: {
    url: "https://github.com/python/cpython/blob/02349e2dc9d93202c658ae383b2de2e36b2366f8/Doc/library/pickle.rst",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["pickles", "kinds", "members"],
  limits: [
    "an object of a listed class is judged by its attributes and their kinds, not by their numbers: what its library computes from tampered ones is not examined",
    "pickles in encrypted data, in 7z and RAR archives, within more than 8 containers, or encoded as text other than Python's own are not seen",
  ],
  page: {
    detects:
      "Every pickle is followed opcode by opcode without being loaded: files by their bytes or their name, members of zip and tar archives, what gzip, zlib, bzip2, xz, lzma, lz4 and Zstandard data become, objects in NumPy arrays, these within each other to a depth of 8, and pickles inside the strings of pickles. Each import, call, state change and persistent id is held against `knowledge/imports.yaml`. The policy is default deny: only symbols that somebody reviewed, by exact name, pass, and only with the kinds of arguments and the attributes that were reviewed for them. What ran before damage counts.",
    levels: {
      stop: "it imports something that runs code, starts programs, opens files or reaches the network; calls the Python standard library; calls code that lies in the same folder; calls something computed; hands over code where data belongs; or changes a class, a function, a module or what it handed over as empty.",
      unknown:
        "it uses a symbol that nobody reviewed, or a reviewed one with other arguments or attributes than were reviewed, or it could not be read to its end.",
    },
    mend: "Use the safetensors or GGUF file of the same model where there is one. Never load the pickle to find out what it does.",
  },
  messages: {
    sink: (a: Shown) => `loading this file reaches ${a.symbol}, which ${a.why}`,
    "standard-call": (a: Shown) => `loading this file calls ${a.symbol}: ${a.why}`,
    "shipped-code": (a: Shown) => `loading this file reaches ${a.symbol}, which ${a.why}`,
    computed: (a: Shown) => `loading this file ${a.why}: ${a.symbol}`,
    "alters-code": (a: Shown) => `loading this file ${a.why}: ${a.symbol}`,
    "dunder-state": (a: Shown) => `loading this file ${a.why}: ${a.symbol}`,
    "code-argument": (a: Shown) => `loading this file: ${a.symbol} ${a.why}`,
    frozen: (a: Shown) => `loading this file: ${a.symbol} ${a.why}`,
    arguments: (a: Shown) => `loading this file: ${a.symbol} ${a.why}`,
    state: (a: Shown) => `loading this file: ${a.symbol} ${a.why}`,
    unlisted: (a: Shown) => `loading this file uses ${a.symbol}, which ${a.why}`,
    extension: (a: Shown) => `loading this file uses ${a.symbol}, which ${a.why}`,
  },
  *run({ pickles, kinds, members }, { knowledge }, finding) {
    if (pickles.length === 0) return "not-applicable";
    const facts = knowledge.read("imports", parseImportFacts);
    const beside = kinds.map((kind) => kind.file.path);
    const shippedIn = shippedFinder(beside, members);
    for (const { file, member, streams } of pickles) {
      const seen = new Map<string, { ruling: PickleRuling; stream: number; times: number }>();
      const policy = { facts, shipped: shippedIn(file, member), work: new Work() };
      for (const stream of streams) {
        for (const ruling of judgeStream(stream, streams, policy)) {
          const key = `${ruling.kind} ${ruling.subject}`;
          const before = seen.get(key);
          if (before === undefined) seen.set(key, { ruling, stream: stream.index, times: 1 });
          else before.times += 1;
        }
      }
      for (const { ruling, stream, times } of seen.values()) {
        const args = { symbol: ruling.subject.slice(0, SHOWN), why: ruling.why, stream, times };
        const at = { file, member, offset: ruling.offset };
        if (isUnreviewed(ruling.kind)) {
          yield finding.caution(ruling.kind, args, at, { judged: false, remedy: REVIEW });
        } else {
          yield finding.stop(ruling.kind, args, at, { remedy: MEND });
        }
      }
      if (policy.work.isSpent) {
        const reason = `limit: PICKLE_POLICY_MAX_STEPS (${policy.work.limit}) reached`;
        yield unread(file, reason, { member });
      }
    }
    return undefined;
  },
});

/** Kinds of use that are not known to harm. */
function isUnreviewed(kind: PickleRuling["kind"]): boolean {
  return kind === "unlisted" || kind === "arguments" || kind === "state" || kind === "extension";
}

type Shown = {
  readonly symbol: string;
  readonly why: string;
  readonly stream: number;
  readonly times: number;
};
