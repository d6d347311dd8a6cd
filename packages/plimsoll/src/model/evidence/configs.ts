import { decodeUtf8, FormatError, parseJson, type JsonValue } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import { readWith } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { ModelSubject } from "../subject.ts";
import { isVocabularyName } from "../vocabulary/names.ts";

/** One JSON file that configures the model. */
export type ConfigFile = {
  readonly file: string;
  /** Lower-case last part of the path: `config.json`. */
  readonly base: string;
  readonly value: JsonValue;
  /** Faults that hide nothing from us but that loaders may see otherwise, such as a repeated key. */
  readonly faults: readonly string[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every JSON file except vocabularies and weight indexes, which have evidence of their own. */
    readonly configs: readonly ConfigFile[];
  }
}

/** Bytes of one configuration. Real ones are kilobytes; more is a data file or an attack on memory (CWE-770). */
const CONFIG_MAX_BYTES = 8_388_608;

/** JSON files in one model: a data set of a million files is not configuration (CWE-400). */
const CONFIG_MAX_FILES = 2_000;

/** Values in all configurations of one model: small in bytes, large in memory (CWE-770). */
const CONFIG_MAX_VALUES = 500_000;

export default defineEvidence({
  name: "configs",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const wanted = snapshot.files.filter(
      ({ base }) =>
        base.endsWith(".json") && !base.endsWith(".index.json") && !isVocabularyName(base),
    );
    const value: ConfigFile[] = [];
    const unreads: Unread[] = snapshot.unread.filter((one) =>
      one.file.toLowerCase().endsWith(".json"),
    );
    let left = CONFIG_MAX_VALUES;
    for (const file of wanted.slice(0, CONFIG_MAX_FILES)) {
      const read = readJsonFile(file, CONFIG_MAX_BYTES, "CONFIG_MAX_BYTES", left);
      // Taken by size: counted values would tell the same within a factor, and cost a field.
      if (read.kind === "read") left -= file.size / 4;
      if (read.kind === "unread") unreads.push(read);
      else value.push(read.value);
    }
    for (const file of wanted.slice(CONFIG_MAX_FILES)) {
      unreads.push({
        kind: "unread",
        file: file.path,
        reason: `limit CONFIG_MAX_FILES (${CONFIG_MAX_FILES}) reached`,
      });
    }
    return { value, unread: unreads };
  },
});

/** Reads one JSON file up to a named limit of bytes. */
export function readJsonFile(
  file: SnapshotFile,
  limit: number,
  limitName: string,
  values?: number,
): { readonly kind: "read"; readonly value: ConfigFile } | Unread {
  return readWith(file, (source) => {
    if (source.size > limit) throw FormatError.limit(limitName, limit, 0);
    const text = decodeUtf8(source.read(0, source.size));
    const parsed = parseJson(text, values === undefined ? {} : { values });
    return {
      file: file.path,
      base: file.base,
      value: parsed.value,
      faults: parsed.faults.map((fault) => `${fault.code}: ${fault.message}`),
    };
  });
}
