import type { GgufValue } from "@plimsoll/formats";

import type { GgufModel } from "../evidence/gguf.ts";
import { readSplit } from "../gguf-split.ts";
import { parseShardName } from "../shards.ts";
import type { JoinFault } from "./types.ts";

/** Keys that parts state differently and that are told; a hostile pair of headers may hold 100,000. */
const CONFLICTS_SHOWN = 5;

/**
 * Compares the parts of a split GGUF model with their names and with each other, as llama.cpp does when
 * it opens the first.
 * @see https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-model-loader.cpp, read 2026-11-25
 */
export function ggufFaults(parts: readonly GgufModel[], isComplete: boolean): readonly JoinFault[] {
  const [first] = parts;
  if (first === undefined) return [];
  const numbering = parts.flatMap(numberingFault);
  const isSplit = parts.some(({ file }) => parseShardName(file) !== undefined);
  if (!isSplit) return numbering;
  return [
    ...numbering,
    ...(isComplete ? countFault(first, parts) : []),
    ...parts.slice(1).flatMap((part) => conflicts(first, part)),
  ];
}

function isWhole({ gguf }: GgufModel): boolean {
  return gguf.dataOffset !== "unknown";
}

function numberingFault(part: GgufModel): readonly JoinFault[] {
  const { file, gguf } = part;
  const name = parseShardName(file);
  const { no, count } = readSplit(gguf);
  if (name === undefined) {
    return count === undefined || count < 2
      ? []
      : [{ kind: "renamed", file, says: (no ?? 0) + 1, of: count }];
  }
  // One part of one is a whole model, however it is called.
  if (count === undefined) {
    return name.of === 1 || !isWhole(part)
      ? []
      : [{ kind: "unnumbered", file, named: name.number, namedOf: name.of }];
  }
  const says = (no ?? 0) + 1;
  if (says === name.number && count === name.of) return [];
  return [{ kind: "numbering", file, says, of: count, named: name.number, namedOf: name.of }];
}

function countFault(first: GgufModel, parts: readonly GgufModel[]): readonly JoinFault[] {
  const stated = readSplit(first.gguf).tensors;
  const found = parts.reduce((sum, { gguf }) => sum + gguf.tensors.length, 0);
  return stated === undefined || stated === found
    ? []
    : [{ kind: "tensor-count", file: first.file, stated, found }];
}

/** What a later part states otherwise than the first; most state nothing but their number. */
function conflicts(first: GgufModel, part: GgufModel): readonly JoinFault[] {
  const faults: JoinFault[] = [];
  for (const [key, value] of part.gguf.metadata) {
    if (key.startsWith("split.") || faults.length >= CONFLICTS_SHOWN) continue;
    const other = first.gguf.metadata.get(key);
    const here = plain(value);
    const there = other === undefined ? undefined : plain(other);
    if (here === undefined || there === undefined || here === there) continue;
    faults.push({ kind: "conflict", file: part.file, key, here, first: there });
  }
  return faults;
}

function plain(value: GgufValue): string | undefined {
  return value.type === "array" ? undefined : String(value.value);
}
