import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import { readWith } from "../../../model/read.ts";
import type { ModelSubject } from "../../../model/subject.ts";

/** The beginning of a file that only its bytes tell from another of that name. */
export type Remnant = {
  readonly file: string;
  /** Its first bytes, 64 at most. */
  readonly head: Uint8Array;
  /** Its first megabyte with every byte as a character, for files in which programs leave paths; else undefined. */
  readonly text: string | undefined;
};

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Beginnings of crash dumps, editors' swap files, records of training and the like, chosen by name. */
    readonly remnants: readonly Remnant[];
  }
}

const HEAD_BYTES = 64;

/** Bytes of one binary file in which paths are looked for: arguments are kilobytes, records may be gigabytes (CWE-400). */
const TEXT_BYTES = 1_048_576;

/** Files of this kind in one model: a run of a year leaves some hundreds of records (CWE-400). */
const REMNANTS_MAX_FILES = 2_000;

const HEAD_NAMES =
  /(?:\.sw[nop]|\.m?dmp|\.hprof|\.core|\.msg)$|^core(?:\..{1,100})?$|^\.ds_store$/u;
const TEXT_NAMES = /^training_args\.bin$|^events\.out\.tfevents\.|\.sw[nop]$/u;

export default defineEvidence({
  name: "remnants",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const value: Remnant[] = [];
    const unreads: Unread[] = [];
    const wanted = snapshot.files.filter(
      ({ base }) => HEAD_NAMES.test(base) || TEXT_NAMES.test(base),
    );
    for (const file of wanted.slice(0, REMNANTS_MAX_FILES)) {
      const isText = TEXT_NAMES.test(file.base);
      const read = readWith(file, (source) => {
        const bytes = source.read(0, Math.min(source.size, isText ? TEXT_BYTES : HEAD_BYTES));
        const text = isText ? Buffer.from(bytes).toString("latin1") : undefined;
        return { file: file.path, head: Uint8Array.from(bytes.subarray(0, HEAD_BYTES)), text };
      });
      if (read.kind === "unread") unreads.push(read);
      else value.push(read.value);
    }
    if (wanted.length > REMNANTS_MAX_FILES) {
      const rest = wanted.length - REMNANTS_MAX_FILES;
      unreads.push(
        unread(".", `limit REMNANTS_MAX_FILES (${REMNANTS_MAX_FILES}) reached: ${rest} more files`),
      );
    }
    return { value, unread: unreads };
  },
});
