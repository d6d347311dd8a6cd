import { readGguf, runSync, type FormatError, type GgufFile } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import { readWith } from "../read.ts";

/** The header of one GGUF file. */
export type GgufModel = {
  readonly file: string;
  readonly size: number;
  readonly gguf: GgufFile;
  /** What is wrong with its structure; each is unread too. */
  readonly faults: readonly FormatError[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every file whose bytes are GGUF, whatever its name. */
    readonly gguf: readonly GgufModel[];
  }
}

export default defineEvidence({
  name: "gguf",
  needs: ["kinds"],
  provide: ({ kinds }) => {
    const value: GgufModel[] = [];
    const unreads: Unread[] = [];
    for (const { file, formats } of kinds) {
      const named = file.base.endsWith(".gguf");
      if (!named && !formats.some((one) => one.format === "gguf")) continue;
      // A pointer is not a broken file of this format; who looks for pointers tells it once.
      if (formats.some((one) => one.format === "lfs-pointer")) continue;
      const read = readWith(file, (source) => runSync(readGguf(source.size), source));
      if (read.kind === "unread") {
        unreads.push(read);
        continue;
      }
      const { value: header, faults } = read.value;
      value.push({ file: file.path, size: file.size, gguf: header, faults });
      unreads.push(...unreadOfParsed(file.path, read.value));
    }
    return { value, unread: unreads };
  },
});
