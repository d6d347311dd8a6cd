import {
  readGguf,
  readSafetensors,
  runSync,
  type ByteSource,
  type FormatError,
  type Parsed,
} from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import type { Content } from "../contents/content.ts";
import { readContents } from "../contents/read-again.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import type { ModelSubject } from "../subject.ts";

/** What is wrong with the header of weights that lie within an archive or a compressed file. */
export type PackedWeights = {
  readonly file: string;
  readonly member: string;
  readonly format: "gguf" | "safetensors";
  /** What is wrong with its structure; each is unread too. */
  readonly faults: readonly FormatError[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every GGUF and safetensors header within archives and compressed files. No engine loads weights from there. */
    readonly "packed-weights": readonly PackedWeights[];
  }
}

export default defineEvidence({
  name: "packed-weights",
  needs: ["contents"],
  provide: ({ contents }, { snapshot }: ModelSubject) => {
    const value: PackedWeights[] = [];
    const unreads: Unread[] = [];
    const read = ({ file, member, base, formats }: Content, source: ByteSource): void => {
      for (const format of formatsOf(base, formats)) {
        const parsed = readHeader(format, source);
        value.push({ file, member, format, faults: parsed.faults });
        unreads.push(...unreadOfParsed(file, parsed, member));
      }
    };
    const weights = contents.entries.filter(
      ({ base, formats }) => formatsOf(base, formats).length > 0,
    );
    return { value, unread: [...unreads, ...readContents(snapshot, weights, read)] };
  },
});

const FORMATS = ["gguf", "safetensors"] as const;

/** By its bytes or its lower-case name, as for files; a pointer is none. */
function formatsOf(base: string, formats: Content["formats"]): PackedWeights["format"][] {
  const has = (name: string): boolean => formats.some(({ format }) => format === name);
  if (has("lfs-pointer") || has("empty")) return [];
  return FORMATS.filter((format) => has(format) || base.endsWith(`.${format}`));
}

function readHeader(format: PackedWeights["format"], source: ByteSource): Parsed<unknown> {
  return format === "gguf"
    ? runSync(readGguf(source.size), source)
    : runSync(readSafetensors(source.size), source);
}
