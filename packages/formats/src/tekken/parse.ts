import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { Parsed } from "../core/parsed.ts";
import { jsonArray, jsonBoolean, jsonInteger, jsonMember, jsonString } from "../json/access.ts";
import type { JsonValue } from "../json/types.ts";

/** A special token of a Tekken vocabulary. */
export type TekkenSpecial = {
  readonly id: number;
  readonly text: string;
  readonly isControl: boolean;
};

/** Mistral's own vocabulary format. Numbers 0 up to `specialCount` are special tokens, then come the entries. */
export type TekkenVocabulary = {
  /** As written: `v3`, `v7`, `v11`. */
  readonly version: string | undefined;
  /** Special tokens that the file names, or that its version implies. */
  readonly special: readonly TekkenSpecial[];
  /** Numbers kept for special tokens, the unnamed ones included. */
  readonly specialCount: number;
  /** Number of each entry, by its bytes as base64. */
  readonly ids: ReadonlyMap<string, number>;
  /** Numbers in use: as many as the configuration states, and no more than there are tokens. */
  readonly size: number;
};

/** Entries of one file. The largest in use have 150,000 (CWE-770). */
export const TEKKEN_MAX_ENTRIES = 4_194_304;

/** Versions that need not list their special tokens (mistral_common 1.13.1, tekken.py). */
const SILENT_VERSIONS: ReadonlySet<string> = new Set(["v1", "v2", "v3", "v7"]);

/** What such a file means, in order (mistral_common 1.13.1, tekken.py and base.py). */
const IMPLIED: readonly string[] = (
  "<unk> <s> </s> [INST] [/INST] [AVAILABLE_TOOLS] [/AVAILABLE_TOOLS] [TOOL_RESULTS] [/TOOL_RESULTS] " +
  "[TOOL_CALLS] [IMG] <pad> [IMG_BREAK] [IMG_END] [PREFIX] [MIDDLE] [SUFFIX] [SYSTEM_PROMPT] " +
  "[/SYSTEM_PROMPT] [TOOL_CONTENT]"
).split(" ");

/**
 * Reads the JSON of a `tekken.json`.
 *
 * Entries beyond the stated size are left out, as the reference reader does. Faults: `bad-field` for
 * entries and special tokens of another form, `duplicate` for an entry that occurs again.
 * @throws FormatError `bad-magic` when there is no configuration with a list of entries.
 * @see https://pypi.org/project/mistral-common/1.13.1/#mistral_common/tokens/tokenizers/tekken.py (read 2026-11-25)
 */
export function readTekken(json: JsonValue): Parsed<TekkenVocabulary> {
  const config = jsonMember(json, "config");
  const entries = jsonArray(jsonMember(json, "vocab"));
  const specialCount = jsonInteger(jsonMember(config, "default_num_special_tokens"));
  const isCounted = specialCount !== undefined && specialCount >= 0;
  if (entries === undefined || !isCounted || specialCount > TEKKEN_MAX_ENTRIES) {
    throw new FormatError("bad-magic", "no configuration with a list of entries", { offset: 0 });
  }
  if (entries.length > TEKKEN_MAX_ENTRIES) {
    throw FormatError.limit("TEKKEN_MAX_ENTRIES", TEKKEN_MAX_ENTRIES, 0);
  }
  const faults = new FaultList();
  const version = jsonString(jsonMember(config, "version"));
  const stated = jsonInteger(jsonMember(config, "default_vocab_size"));
  // A file cannot give out more numbers than it has tokens; the reference reader refuses one that says so.
  const size = Math.min(stated ?? Infinity, specialCount + entries.length);
  const ids = entriesById(entries, specialCount, size, faults);
  const special = specialTokens(jsonMember(json, "special_tokens"), version, faults);
  return {
    value: { version, special, specialCount, ids, size },
    faults: faults.list,
    complete: !faults.overflowed,
    unclaimed: [],
  };
}

function entriesById(
  entries: readonly JsonValue[],
  specialCount: number,
  size: number,
  faults: FaultList,
): Map<string, number> {
  const ids = new Map<string, number>();
  for (const entry of entries) {
    const rank = jsonInteger(jsonMember(entry, "rank"));
    const bytes = jsonString(jsonMember(entry, "token_bytes"));
    if (rank === undefined || rank < 0 || bytes === undefined) {
      faults.add("bad-field", "an entry without number or bytes", 0);
    } else if (rank + specialCount < size) {
      if (ids.has(bytes)) faults.add("duplicate", `entry ${rank} occurs before`, 0);
      ids.set(bytes, rank + specialCount);
    }
  }
  return ids;
}

function specialTokens(
  held: JsonValue | undefined,
  version: string | undefined,
  faults: FaultList,
): readonly TekkenSpecial[] {
  const list = jsonArray(held);
  if (list === undefined) {
    const isImplied = version !== undefined && SILENT_VERSIONS.has(version);
    return isImplied ? IMPLIED.map((text, id) => ({ id, text, isControl: true })) : [];
  }
  return list.flatMap((token) => {
    const id = jsonInteger(jsonMember(token, "rank"));
    const text = jsonString(jsonMember(token, "token_str"));
    if (id === undefined || text === undefined) {
      faults.add("bad-field", "a special token without number or text", 0);
      return [];
    }
    return [{ id, text, isControl: jsonBoolean(jsonMember(token, "is_control")) ?? true }];
  });
}
