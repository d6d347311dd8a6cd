import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

import { withWaivers } from "../../config/waiver-file.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import type { Waiver } from "../../kernel/waive.ts";
import { hashFile, HASH_READ_BYTES } from "../../model/hash/hash-file.ts";
import { guarded } from "../../model/lock/guard.ts";
import { replaceFile } from "../../model/lock/replace-file.ts";
import { resolveReference } from "../../model/reference.ts";
import { takeSnapshot } from "../../model/snapshot.ts";
import type { Report } from "../../report/report.ts";
import { findingsOf } from "../../report/words.ts";

/** What a person waives, and why. */
export type WaiveRequest = {
  readonly code: string;
  readonly reason: string;
  readonly author: string;
  /** The last day it counts, `YYYY-MM-DD`. */
  readonly until: string | undefined;
};

/** A waiver that was written, with the file it was given for. */
export type WrittenWaiver = { readonly file: string; readonly waiver: Waiver };

/**
 * Writes a waiver for each file that a report of this code points to, into a setting file that lies outside the model.
 *
 * Only those files are hashed. The report must be of a vet of this model by this code alone, just now.
 * @throws PlimsollError `usage` when there is nothing to waive, or the setting file is the model's own;
 * `setting-invalid` when it cannot be used, `environment` when it or a file of the model cannot be read or written.
 */
export async function waive(
  reports: readonly Report[],
  request: WaiveRequest,
  place: { readonly cwd: string; readonly settingFile: string },
): Promise<readonly WrittenWaiver[]> {
  const written = reports.flatMap((report) => {
    refuseOwnFile(place.settingFile, report.model.reference, place.cwd);
    return waiversOf(report, request, place.cwd);
  });
  if (written.length === 0) throw nothingToWaive(reports, request.code);
  await writeWaivers(
    place.settingFile,
    written.map(({ waiver }) => waiver),
  );
  return written;
}

/** A model must not bring the waivers for its own findings: true when a setting file lies within it. */
export function isWithinModel(settingFile: string, reference: string, cwd: string): boolean {
  const { kind, path } = resolveReference(reference, cwd);
  if (kind !== "folder" || !existsSync(settingFile)) {
    return kind === "folder" && isBelow(realOf(dirname(settingFile)), realpathSync(path));
  }
  return isBelow(realpathSync(settingFile), realpathSync(path));
}

function realOf(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : folder;
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`));
}
