import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Broken } from "./campaign.ts";

/** A file that once broke a reader, kept so that it never does again. */
export type FuzzCase = {
  /** What it broke, in the words of the day. */
  readonly broke: string;
  readonly seed: number;
  readonly bytes: Uint8Array;
};

/** Where the files that broke a reader are kept, as JSON. */
const FOLDER = join(import.meta.dirname, "cases");

/** Cases of a reader, in the order they were found. @throws TypeError when the file was damaged by hand. */
export function readCases(target: string): readonly FuzzCase[] {
  const path = join(FOLDER, `${target}.json`);
  if (!existsSync(path)) return [];
  const entries: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!Array.isArray(entries)) throw new TypeError(`${path}: a list is wanted`);
  return entries.map((entry: unknown) => readCase(entry, path));
}

/** Adds what broke to the cases of a reader; one with the same bytes is there already. */
export function keepCases(target: string, seed: number, broken: readonly Broken[]): void {
  const known = readCases(target);
  const hexes = new Set(known.map(({ bytes }) => hexOf(bytes)));
  const fresh = broken
    .filter(({ bytes }) => !hexes.has(hexOf(bytes)))
    .map(({ kind, message, bytes }) => ({ broke: `${kind}: ${message}`, seed, bytes }));
  if (fresh.length === 0) return;
  const entries = [...known, ...fresh].map((one) => ({ ...one, bytes: hexOf(one.bytes) }));
  writeFileSync(join(FOLDER, `${target}.json`), `${JSON.stringify(entries, null, 2)}\n`);
}

function readCase(entry: unknown, path: string): FuzzCase {
  if (typeof entry === "object" && entry !== null) {
    const { broke, seed, bytes } = { broke: "", seed: 0, bytes: "", ...entry };
    if (typeof broke === "string" && typeof seed === "number" && typeof bytes === "string") {
      return { broke, seed, bytes: new Uint8Array(Buffer.from(bytes, "hex")) };
    }
  }
  throw new TypeError(`${path}: not a case`);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
