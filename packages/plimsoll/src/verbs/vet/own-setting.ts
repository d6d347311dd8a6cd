import { existsSync, realpathSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";

import type { Policy } from "../../kernel/setting.ts";
import { resolveReference } from "../../model/reference.ts";

/**
 * True when a setting file lies within a model: whoever made the model may have made the file, too.
 *
 * A person who vets the folder they stand in would else take over waivers that came with the download.
 */
export function isOwnSetting(settingFile: string, reference: string, cwd: string): boolean {
  const model = resolveReference(reference, cwd);
  if (model.kind !== "folder") return false;
  const way = relative(model.path, realOf(settingFile));
  return way !== ".." && !way.startsWith(`..${sep}`);
}

/** The policy for a model, and whether waivers were taken out of it, since they came with the model. */
export function withoutOwnWaivers(
  policy: Policy,
  waiversFrom: string | undefined,
  reference: string,
  cwd: string,
): { readonly policy: Policy; readonly hasOwn: boolean } {
  if (waiversFrom === undefined || !isOwnSetting(resolve(cwd, waiversFrom), reference, cwd)) {
    return { policy, hasOwn: false };
  }
  return { policy: { ...policy, waivers: [] }, hasOwn: true };
}

/** The path with links resolved, of a file that may not be there yet. */
function realOf(path: string): string {
  if (existsSync(path)) return realpathSync.native(path);
  const folder = dirname(path);
  return existsSync(folder) ? realpathSync.native(folder) : folder;
}
