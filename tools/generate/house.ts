import { pathToFileURL } from "node:url";
import { join } from "node:path";

import type { AnyCheck } from "../../packages/plimsoll/src/kernel/check.ts";
import { CONCERNS, type Concern } from "../../packages/plimsoll/src/kernel/concern.ts";
import type { Guard } from "../../packages/plimsoll/src/kernel/guard.ts";
import { checkFiles, guardFiles } from "./registry.ts";

/** What the house holds, read from its source: the one origin of every page and table. */
export type House = { readonly checks: readonly AnyCheck[]; readonly guards: readonly Guard[] };

/** Loads every check and every guard. */
export async function readHouse(root: string): Promise<House> {
  return {
    checks: await loadAll<AnyCheck>(root, checkFiles(root)),
    guards: await loadAll<Guard>(root, guardFiles(root)),
  };
}

async function loadAll<T>(
  root: string,
  members: readonly { readonly path: string }[],
): Promise<T[]> {
  const loaded: T[] = [];
  for (const member of members) {
    const url = pathToFileURL(join(root, "packages/plimsoll/src", member.path)).href;
    const module: { default: T } = await import(url);
    loaded.push(module.default);
  }
  return loaded;
}

/** The checks of one concern. */
export function checksOf(house: House, concern: Concern): AnyCheck[] {
  return house.checks.filter((check) => check.id.startsWith(`${concern}/`));
}

/** The concerns in the order of every page. */
export const ORDER: readonly Concern[] = CONCERNS;
