import { runSync } from "../core/driver.ts";
import type { Parsed } from "../core/parsed.ts";
import { type PickleOptions, type PickleStreams, readPickles } from "../pickle/streams.ts";
import { memorySource } from "../source/memory.ts";
import { showEffect } from "./pickle-show.ts";

/** Reads pickles from memory; `window` as in `runSync`. @throws FormatError as `readPickles`. */
export function readPickleBytes(
  bytes: Uint8Array,
  options: PickleOptions = {},
  window?: number,
): Parsed<PickleStreams> {
  return runSync(readPickles(bytes.length, options), memorySource(bytes), window);
}

/** The effects of one stream as lines for tables in tests. */
export function effectsOf(bytes: Uint8Array, index = 0, options: PickleOptions = {}): string[] {
  const stream = readPickleBytes(bytes, options).value.streams[index];
  return stream === undefined ? [] : stream.effects.map(showEffect);
}
