import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stateFolder, type HomeEnvironment } from "../../config/home.ts";
import { loadSetting } from "../../config/load.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { PRACTICE_MODELS, type PracticeModel } from "../../practice/build.ts";
import type { Report } from "../../report/report.ts";
import type { Place } from "../vet/beats.ts";
import type { VetJob } from "../vet/job.ts";
import { vetWatched } from "../vet/watched.ts";
import { writePracticeFiles } from "./practice-files.ts";

/** What the start needs to know. */
export type UpOptions = {
  readonly where: HomeEnvironment;
  readonly now: Date;
  readonly packageRoot: string;
  readonly onPlace?: (place: Place) => void;
};

/** A practice model that was vetted. */
export type PracticeVet = {
  readonly model: PracticeModel;
  readonly report: Report;
  /** False when the verdict is not one that this model must get. */
  readonly isAsExpected: boolean;
};

/** What the start did. */
export type UpResult = {
  /** The folder that holds the practice models. */
  readonly folder: string;
  /** Why the data folder was not used; absent when it was. */
  readonly elsewhere?: string;
  readonly vets: readonly PracticeVet[];
};

/**
 * Builds the practice models and vets them. This version has no engine yet, so that is all there is to start.
 * @throws PlimsollError `home-unwritable` when not even a temporary folder can be written, `setting-invalid` when
 * the setting file beside the models cannot be used.
 */
export async function up(options: UpOptions): Promise<UpResult> {
  const place = await settlePlace(options.where);
  const { setting, policy } = await loadSetting({
    cwd: place.folder,
    where: options.where,
    flags: {},
  });
  const vets: PracticeVet[] = [];
  for (const model of PRACTICE_MODELS) {
    const job: VetJob = {
      reference: model.name,
      cwd: place.folder,
      setting,
      policy,
      only: [],
      now: options.now,
      packageRoot: options.packageRoot,
    };
    const watch = options.onPlace === undefined ? {} : { onPlace: options.onPlace };
    const { report } = await vetWatched(job, watch);
    const isAsExpected = model.expects.some((verdict) => verdict === report.verdict);
    vets.push({ model, report, isAsExpected });
  }
  return { ...place, vets };
}

/** Writes the files in the data folder, or in a temporary one where that is not possible. */
async function settlePlace(
  where: HomeEnvironment,
): Promise<{ readonly folder: string; readonly elsewhere?: string }> {
  try {
    const folder = stateFolder("practice", where);
    await writePracticeFiles(folder);
    return { folder };
  } catch (error) {
    if (!PlimsollError.isInstance(error) || error.code !== "home-unwritable") throw error;
    const folder = temporaryFolder();
    await writePracticeFiles(folder);
    return { folder, elsewhere: error.message };
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "plimsoll-practice-"));
  } catch (error) {
    throw new PlimsollError(
      "home-unwritable",
      `neither the data folder nor ${tmpdir()} can be written: ${reasonOf(error)}`,
      { hint: "Set PLIMSOLL_HOME to a folder that you may write to.", cause: error },
    );
  }
}
