import { Budget } from "../core/budget.ts";
import { runSync } from "../core/driver.ts";
import type { Parsed } from "../core/parsed.ts";
import type { CompressLimits } from "../compress/limits.ts";
import { readCompressed } from "../compress/read.ts";
import type { CompressFormat, Decompressed } from "../compress/types.ts";
import { memorySource } from "../source/memory.ts";

/** What a compressed file decodes to, in short, for tables in tests. */
export type Decoded = {
  readonly text: string;
  readonly codes: readonly string[];
  readonly complete: boolean;
};

/** Decodes from memory; `window` as in `runSync`. @throws FormatError as `readCompressed`. */
export function decodeBytes(
  format: CompressFormat,
  bytes: Uint8Array,
  limits: Partial<CompressLimits> = {},
  window?: number,
): Parsed<Decompressed> {
  return runSync(
    readCompressed(format, bytes.length, new Budget(), limits),
    memorySource(bytes),
    window,
  );
}

/** The content as Latin-1 text, and the codes of what was wrong. @throws FormatError as `readCompressed`. */
export function decoded(
  format: CompressFormat,
  bytes: Uint8Array,
  limits: Partial<CompressLimits> = {},
): Decoded {
  const { value, faults, complete } = decodeBytes(format, bytes, limits);
  const content = Buffer.from(value.bytes).toString("latin1");
  return { text: content, codes: faults.map(({ code }) => code), complete };
}
