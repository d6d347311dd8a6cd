import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

import type { LoadedSetting } from "../../config/load.ts";
import type { Audience, Policy, Setting } from "../../kernel/setting.ts";
import { resolveReference } from "../../model/reference.ts";

/**
 * True when a setting file lies within a model: whoever made the model may have made the file, too.
 *
 * A person who vets the folder they stand in would else take over waivers that came with the download. A link in the
 * model counts as the model's, wherever it leads.
 */
export function isOwnSetting(settingFile: string, reference: string, cwd: string): boolean {
  const model = resolveReference(reference, cwd);
  if (model.kind !== "folder") return false;
  return placesOf(settingFile).some((place) => {
    const way = relative(model.path, place);
    return way !== ".." && !way.startsWith(`..${sep}`);
  });
}

/**
 * True when a setting file lies in the same folder as a model that is one file: a download folder holds both, and who
 * made the one may have made the other. It may be a person's own as well, so that it counts where it is named.
 */
export function isBesideModel(settingFile: string, reference: string, cwd: string): boolean {
  const model = resolveReference(reference, cwd);
  if (model.kind !== "file") return false;
  const folders = new Set([realpathSync.native(model.folder), dirname(model.path)]);
  return placesOf(settingFile).some((place) => folders.has(dirname(place)));
}

/** What a model is judged by, and what of the settings was left out since it came with the model. */
export type JudgedBy = {
  readonly setting: Setting;
  readonly policy: Policy;
  /** `waivers`: these alone. `all`: nobody named the file, so it can only make the verdict stricter. */
  readonly leftOut: "nothing" | "waivers" | "all";
};

/**
 * The setting and policy for a model. `without` loads the settings as if no file lay in this folder.
 *
 * A file that lies within the model, or beside it, and that nobody named, may ask for more and never for less: its audience, what
 * it requires and whether it is strict count where they are stricter than without it, and nothing else of it does.
 */
export async function judgedBy(
  loaded: LoadedSetting,
  reference: string,
  cwd: string,
  without: () => Promise<LoadedSetting>,
): Promise<JudgedBy> {
  const { setting, policy, waiversFrom, found } = loaded;
  const isOwn = (file: string | undefined): boolean =>
    file !== undefined && isOwnSetting(resolve(cwd, file), reference, cwd);
  const isBeside = found !== undefined && isBesideModel(resolve(cwd, found), reference, cwd);
  if (isBeside || isOwn(found)) return stricter(await without(), loaded);
  if (!isOwn(waiversFrom)) return { setting, policy, leftOut: "nothing" };
  return { setting, policy: { ...policy, waivers: [] }, leftOut: "waivers" };
}

function stricter(trusted: LoadedSetting, own: LoadedSetting): JudgedBy {
  const audience = wider(trusted.setting.audience, own.setting.audience);
  const required = [...trusted.policy.require, ...own.policy.require];
  return {
    setting: { ...trusted.setting, audience },
    policy: {
      ...trusted.policy,
      require: [...new Set(required)],
      strict: trusted.policy.strict || own.policy.strict,
    },
    leftOut: "all",
  };
}

const WIDEST_LAST: readonly Audience[] = ["me", "team", "public"];

function wider(a: Audience, b: Audience): Audience {
  return WIDEST_LAST.indexOf(a) < WIDEST_LAST.indexOf(b) ? b : a;
}

/** Where a file lies and where it leads, with links resolved; it may not be there yet. */
function placesOf(path: string): string[] {
  const folder = dirname(path);
  const here = existsSync(folder) ? join(realpathSync.native(folder), basename(path)) : path;
  return existsSync(path) ? [here, realpathSync.native(path)] : [here];
}
