import { defineCheck } from "../../../kernel/check.ts";
import type { Remedy } from "../../../kernel/finding.ts";
import { judgeStream, type PickleRuling } from "../policy/pickle.ts";
import { parseImportFacts } from "../policy/schema.ts";
import { shippedModules } from "../policy/shipped.ts";

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
  source: { url: "https://docs.python.org/3/library/pickle.html", read: "2026-11-25" },
  basis: "read",
  needs: ["pickles", "kinds"],
  limits: [
    "a listed symbol is judged by its name: the arguments it is called with are not compared with what it expects",
    "pickles inside compressed or encoded data are not opened",
  ],
  page: {
    detects:
      "Every pickle is followed opcode by opcode without being loaded: files by their bytes or their name, members of zip archives, and pickles inside the strings of pickles. Each import, call, state change and persistent id is held against `knowledge/imports.yaml`. The policy is default deny: only symbols that somebody reviewed, by exact name, pass. What ran before damage counts.",
    levels: {
      stop: "it imports something that runs code, starts programs, opens files or reaches the network; calls the Python standard library; calls code that lies in the same folder; calls something computed; or changes a class, function or module.",
      unknown: "it uses a symbol that nobody reviewed, or it could not be read to its end.",
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
    unlisted: (a: Shown) => `loading this file uses ${a.symbol}, which ${a.why}`,
    extension: (a: Shown) => `loading this file uses ${a.symbol}, which ${a.why}`,
  },
  *run({ pickles, kinds }, { knowledge }, finding) {
    if (pickles.length === 0) return "not-applicable";
    const facts = knowledge.read("imports", parseImportFacts);
    const shipped = shippedModules(kinds.map((kind) => kind.file.path));
    for (const { file, member, streams } of pickles) {
      const seen = new Map<string, { ruling: PickleRuling; stream: number; times: number }>();
      for (const stream of streams) {
        for (const ruling of judgeStream(stream, facts, shipped)) {
          const key = `${ruling.kind} ${ruling.subject}`;
          const before = seen.get(key);
          if (before === undefined) seen.set(key, { ruling, stream: stream.index, times: 1 });
          else before.times += 1;
        }
      }
      for (const { ruling, stream, times } of seen.values()) {
        const args = { symbol: ruling.subject.slice(0, SHOWN), why: ruling.why, stream, times };
        const at = { file, member, offset: ruling.offset };
        if (ruling.kind === "unlisted" || ruling.kind === "extension") {
          yield finding.caution(ruling.kind, args, at, { judged: false, remedy: REVIEW });
        } else {
          yield finding.stop(ruling.kind, args, at, { remedy: MEND });
        }
      }
    }
    return undefined;
  },
});

type Shown = {
  readonly symbol: string;
  readonly why: string;
  readonly stream: number;
  readonly times: number;
};
