import { pathToFileURL } from "node:url";
import { join } from "node:path";

import type { AnyCheck } from "../../packages/plimsoll/src/kernel/check.ts";
import { CONCERNS, type Concern } from "../../packages/plimsoll/src/kernel/concern.ts";
import { checkFiles } from "./registry.ts";

/** What the house holds, read from its source: the one origin of every page and table. */
export type House = { readonly checks: readonly AnyCheck[] };

/** Loads every check. */
export async function readHouse(root: string): Promise<House> {
  const checks: AnyCheck[] = [];
  for (const member of checkFiles(root)) {
    const url = pathToFileURL(join(root, "packages/plimsoll/src", member.path)).href;
    const module: { default: AnyCheck } = await import(url);
    checks.push(module.default);
  }
  return { checks };
}

/** The checks of one concern. */
export function checksOf(house: House, concern: Concern): AnyCheck[] {
  return house.checks.filter((check) => check.id.startsWith(`${concern}/`));
}

/** The concerns in the order of every page. */
export const ORDER: readonly Concern[] = CONCERNS;
