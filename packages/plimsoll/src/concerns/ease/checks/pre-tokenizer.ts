import { defineCheck } from "../../../kernel/check.ts";
import { unread } from "../../../kernel/unread.ts";

/** Kind of vocabulary whose text is cut by rules before its pieces are merged (GGUF's name for byte-pair encoding). */
const BYTE_PAIRS = "gpt2";

export default defineCheck({
  id: "ease/pre-tokenizer",
  code: "PLM-EAS-006",
  title: "Text is cut as in training",
  why: "With the wrong rules numbers, code and foreign scripts fall into other tokens than in training: answers get worse in silence.",
  source: {
    url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-vocab.cpp",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["gguf", "tokenizers"],
  limits: ["that the rules named are those of the model is not checked, only that some are named"],
  page: {
    detects:
      "A GGUF file with a byte-pair vocabulary (`tokenizer.ggml.model` is `gpt2`) must say by which rules text is cut before pieces are merged: `tokenizer.ggml.pre`.",
    levels: {
      caution:
        "the key is missing, as in files of an old converter, or says `default`, which fits hardly any model.",
      unknown: "the key holds no text.",
    },
    mend: "Take a file that was converted again, or convert it yourself with a current llama.cpp. Some engines let you name the rules at the start: `--override-kv tokenizer.ggml.pre=str:NAME`.",
  },
  messages: {
    missing: (a: { file: string }) =>
      `${a.file} does not say by which rules its text is cut (tokenizer.ggml.pre is missing): llama.cpp guesses, and answers get worse`,
    default: (a: { file: string }) =>
      `${a.file} has its text cut by llama.cpp's default rules (tokenizer.ggml.pre), which fit hardly any model: answers may get worse`,
  },
  *run({ tokenizers, gguf }, _context, finding) {
    const found = tokenizers.filter(({ kind }) => kind === "gguf");
    if (found.length === 0) return "not-applicable";
    const remedy = { text: "Take a file that was converted again with a current llama.cpp." };
    for (const { file, model, preTokenizer } of found) {
      if (model !== BYTE_PAIRS) continue;
      const metadata = gguf.find((one) => one.file === file)?.gguf.metadata;
      const pre = metadata?.get("tokenizer.ggml.pre");
      if (pre !== undefined && pre.type !== "string") {
        yield unread(file, "bad-field: the rules are not a text", { member: "tokenizer.ggml.pre" });
      } else if (preTokenizer === undefined || preTokenizer === "") {
        const place = { file, member: "tokenizer.ggml.model" };
        yield finding.caution("missing", { file }, place, { remedy });
      } else if (preTokenizer === "default") {
        const place = { file, member: "tokenizer.ggml.pre" };
        yield finding.caution("default", { file }, place, { remedy });
      }
    }
  },
});
