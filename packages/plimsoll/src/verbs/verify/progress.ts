import { formatBytes } from "../../kernel/units.ts";
import type { HashProgress } from "../../model/hash/hash.ts";
import { printable } from "../../report/foreign-text.ts";
import { cut } from "../../report/width.ts";
import type { Output } from "../verb.ts";

/** A line that says how far hashing is; nothing where nobody watches. */
export type HashLine = {
  readonly show: (model: string, progress: HashProgress) => void;
  /** Takes the line away. */
  readonly clear: () => void;
};

/** Back to the first column, and away with what is there. */
const WIPE = "\r\u001B[2K";

/** The progress line of an output; it is written anew only when what it says has changed. */
export function hashLine(output: Output): HashLine {
  if (!output.isTerminal) return { show: () => {}, clear: () => {} };
  let shown = "";
  return {
    show: (model, { done, total }) => {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      const text = `hashing ${printable(model)}: ${percent} % of ${formatBytes(total)}`;
      if (text === shown) return;
      shown = text;
      output.write(WIPE + cut(text, output.columns - 1));
    },
    clear: () => {
      if (shown !== "") output.write(WIPE);
      shown = "";
    },
  };
}
