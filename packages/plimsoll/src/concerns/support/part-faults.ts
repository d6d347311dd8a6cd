import type { Level, Remedy } from "../../kernel/finding.ts";
import { formatBytes } from "../../kernel/units.ts";
import type { JoinFault } from "../../model/joins/types.ts";

/** What a name, a header or an index states of parts, and what was found; counts, bytes or `2 of 3`. */
export type PartArgs = { readonly stated: string | number; readonly found: string | number };

/** What is said of parts that do not agree with their names or their index. */
export const PART_MESSAGES = {
  "part-numbering": ({ stated, found }: PartArgs) =>
    `its header says it is part ${found}, its name says ${stated}: a loader refuses it`,
  "part-renamed": ({ found }: PartArgs) =>
    `it is part ${found} of a split model and its name does not say so: a loader finds the others by their names`,
  "part-unnumbered": ({ stated }: PartArgs) =>
    `it is named part ${stated}, and its header knows of no split: a loader takes it for the whole model`,
  "part-tensors": ({ stated, found }: PartArgs) =>
    `the split states ${stated} tensors, and its parts hold ${found}: a loader refuses it`,
  "not-in-index": ({ stated, found }: PartArgs) =>
    `${stated} tensors of this file are not in the index, the first is ${String(found).slice(0, 80)}`,
  "index-total": ({ stated, found }: PartArgs) =>
    `the index states ${formatBytes(Number(stated))} of tensors, its files hold ${formatBytes(Number(found))}; loaders do not mind`,
};

/** A fault of parts as a finding tells it. */
export type PartFault = {
  readonly key: keyof typeof PART_MESSAGES;
  readonly level: Level;
  readonly file: string;
  readonly args: PartArgs;
  readonly remedy?: Remedy;
};

const AGAIN = { text: "Download all parts again from one revision, and keep their names." };

/** Tells a fault of parts; undefined for one that says more about quality than about whole files. */
export function partFault(fault: JoinFault): PartFault | undefined {
  const { file } = fault;
  switch (fault.kind) {
    case "numbering": {
      const args = {
        stated: `${fault.named} of ${fault.namedOf}`,
        found: `${fault.says} of ${fault.of}`,
      };
      return { key: "part-numbering", level: "caution", file, args, remedy: AGAIN };
    }
    case "renamed": {
      const args = { stated: "", found: `${fault.says} of ${fault.of}` };
      const text = `Name all ${fault.of} parts alike, this one ending in ${endingOf(fault)}.`;
      return { key: "part-renamed", level: "caution", file, args, remedy: { text } };
    }
    case "unnumbered": {
      const args = { stated: `${fault.named} of ${fault.namedOf}`, found: "" };
      const text = "Join the pieces first if they were cut by a tool that knows no models.";
      return { key: "part-unnumbered", level: "caution", file, args, remedy: { text } };
    }
    case "tensor-count": {
      const { stated, found } = fault;
      const args = { stated, found };
      return { key: "part-tensors", level: "caution", file, args, remedy: AGAIN };
    }
    case "unindexed": {
      const { count, first } = fault.tensors;
      const args = { stated: count, found: first[0] ?? "" };
      return { key: "not-in-index", level: "note", file, args };
    }
    case "total-size": {
      const { stated, found } = fault;
      return { key: "index-total", level: "note", file, args: { stated, found } };
    }
    case "conflict":
      return undefined;
  }
}

function endingOf({ says, of }: { readonly says: number; readonly of: number }): string {
  return `-${String(says).padStart(5, "0")}-of-${String(of).padStart(5, "0")}.gguf`;
}
