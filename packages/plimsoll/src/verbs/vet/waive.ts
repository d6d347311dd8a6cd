import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

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
import { isOwnSetting } from "./own-setting.ts";

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

function refuseOwnFile(settingFile: string, reference: string, cwd: string): void {
  if (!isOwnSetting(settingFile, reference, cwd)) return;
  throw new PlimsollError("usage", `${settingFile} lies within the model that it would waive`, {
    hint: "Run this in a folder outside the model, where your own plimsoll.yaml is.",
  });
}

function waiversOf(report: Report, request: WaiveRequest, cwd: string): WrittenWaiver[] {
  const wanted = filesIn(report);
  const { files } = takeSnapshot(resolveReference(report.model.reference, cwd));
  const { code, reason, author, until } = request;
  return files.flatMap((file) => {
    if (!wanted.has(file.path)) return [];
    const hashed = hashFile(file, Buffer.alloc(HASH_READ_BYTES), () => {});
    if (hashed.kind === "unread") {
      throw new PlimsollError("environment", `${file.path} cannot be hashed: ${hashed.reason}`, {
        hint: "A waiver names the file by its digest: make it readable, then run this again.",
      });
    }
    const digest = `sha256:${hashed.sha256}`;
    const waiver = { code, digest, reason, author, expires: until };
    return [{ file: file.path, waiver }];
  });
}

/** The files that the only check has something to say of, or could not read. */
function filesIn(report: Report): ReadonlySet<string> {
  const checks = Object.values(report.concerns).flatMap((concern) => concern.checks);
  const found = checks.flatMap((check) => findingsOf(check).map(({ at }) => at?.file));
  const all = [...found, ...report.unread.map(({ file }) => file)];
  return new Set(all.filter((file) => file !== undefined));
}

function nothingToWaive(reports: readonly Report[], code: string): PlimsollError {
  const checks = reports.flatMap((report) =>
    Object.values(report.concerns).flatMap((concern) => concern.checks),
  );
  const models = reports.map((report) => report.model.reference).join(", ");
  const isFound = checks.some((check) => "findings" in check || "reason" in check);
  const message = isFound
    ? `${code} points to no file of ${models}, and a waiver is bound to one`
    : `${code} has nothing to say of ${models}`;
  return new PlimsollError("usage", message, {
    hint: `Run plimsoll vet to see what there is to waive: plimsoll vet ${models}`,
  });
}

async function writeWaivers(path: string, waivers: readonly Waiver[]): Promise<void> {
  // A link stays a link: what it leads to is replaced.
  const target = existsSync(path) ? realpathSync.native(path) : path;
  const beside = (suffix: string): string =>
    join(dirname(target), `.${basename(target).slice(0, NAME_KEPT)}.${suffix}`);
  // Two writers at once would each drop what the other has just added.
  await guarded(beside("guard"), () => {
    const before = existsSync(target) ? readFileSync(target, "utf8") : undefined;
    const after = withWaivers(before, path, waivers);
    try {
      replaceFile(target, beside(randomUUID()), after);
    } catch (cause) {
      throw new PlimsollError("environment", `${path} cannot be written: ${reasonOf(cause)}`, {
        hint: "The file is as it was. Check that there is space and that you may write there.",
        cause,
      });
    }
    return Promise.resolve();
  });
}

/** Characters of a name that a temporary file beside it keeps: names end at 255 bytes. */
const NAME_KEPT = 100;
