import {
  readSafetensors,
  runSync,
  type FormatError,
  type SafetensorsFile,
} from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import { readWith } from "../read.ts";

/** The header of one safetensors file. */
export type SafetensorsModel = {
  readonly file: string;
  readonly size: number;
  readonly header: SafetensorsFile;
  /** What is wrong with its structure; each is unread too. */
  readonly faults: readonly FormatError[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every file whose bytes or name are safetensors. */
    readonly safetensors: readonly SafetensorsModel[];
  }
}

export default defineEvidence({
  name: "safetensors",
  needs: ["kinds"],
  provide: ({ kinds }) => {
    const value: SafetensorsModel[] = [];
    const unreads: Unread[] = [];
    for (const { file, formats } of kinds) {
      const named = file.base.endsWith(".safetensors");
      if (!named && !formats.some((one) => one.format === "safetensors")) continue;
      // A pointer is not a broken file of this format; who looks for pointers tells it once.
      if (formats.some((one) => one.format === "lfs-pointer")) continue;
      const read = readWith(file, (source) => runSync(readSafetensors(source.size), source));
      if (read.kind === "unread") {
        unreads.push(read);
        continue;
      }
      const { value: header, faults } = read.value;
      value.push({ file: file.path, size: file.size, header, faults });
      unreads.push(...unreadOfParsed(file.path, read.value));
    }
    return { value, unread: unreads };
  },
});
