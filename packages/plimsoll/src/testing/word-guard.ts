import type { ScanStep, Scanner } from "../kernel/guard.ts";
import type { PolicyGuard } from "../gateway/pipeline/guards.ts";

/** A guard that finds one word, for tests of what is built on guards. It holds back every beginning of it. */
export function wordGuard(
  word: string,
  change: Partial<PolicyGuard> & { readonly delayMs?: number } = {},
): PolicyGuard {
  const { delayMs, ...rest } = change;
  return {
    id: `testing/${word}`,
    version: "1",
    mode: "redact",
    onError: "block",
    timeoutMs: 1_000,
    sides: ["request", "response"],
    channels: ["text", "reasoning", "refusal", "tool-name", "tool-args"],
    open: () => (delayMs === undefined ? scanFor(word) : later(scanFor(word), delayMs)),
    ...rest,
  };
}

function scanFor(word: string): Scanner {
  let all = "";
  let safe = 0;
  return {
    push: (text, end) => {
      all += text;
      const edits: ScanStep["edits"][number][] = [];
      for (let at = all.indexOf(word, safe); at !== -1; at = all.indexOf(word, safe)) {
        edits.push({ start: at, end: at + word.length, type: "word", rule: word });
        safe = at + word.length;
      }
      safe = end ? all.length : Math.max(safe, all.length - tailOf(all, word));
      return { safe, edits };
    },
  };
}

/** Characters at the end of a text that could be the beginning of the word. */
function tailOf(text: string, word: string): number {
  for (let length = Math.min(word.length - 1, text.length); length > 0; length -= 1) {
    if (word.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}

function later(scanner: Scanner, delayMs: number): Scanner {
  return {
    push: async (text, end) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      return scanner.push(text, end);
    },
  };
}
