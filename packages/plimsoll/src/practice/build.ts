import { join } from "node:path";

import { leakyFiles } from "./leaky.ts";
import { settle } from "./settle.ts";
import { soundFiles } from "./sound.ts";

/** Content by path within a folder, `/` between folders. */
export type FolderFiles = Readonly<Record<string, string | Uint8Array>>;

/** The practice models that were built: a folder each, and what a vet of it must answer. */
export const PRACTICE_MODELS = [
  { name: "sound", expects: ["clear", "caution"] },
  { name: "leaky", expects: ["stop"] },
] as const;

/** A practice model: its name is the name of its folder. */
export type PracticeModel = (typeof PRACTICE_MODELS)[number];

/**
 * Builds the practice models below a folder: `sound/` passes a vet, `leaky/` is stopped.
 *
 * Each lands whole or not at all, and what is already there as it should be is left alone, so that this may
 * be run twice, at once, and be interrupted.
 * @throws PlimsollError `home-unwritable` when the folder cannot be written.
 */
export function buildPractice(folder: string): void {
  settle(join(folder, "sound"), soundFiles());
  settle(join(folder, "leaky"), leakyFiles());
}
