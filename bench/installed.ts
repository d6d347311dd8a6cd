import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { build } from "../tools/build.ts";

const PACKAGE = join(import.meta.dirname, "../packages/plimsoll");

/** The program as an installed package has it: a checkout passes its bundle over in favour of its source. */
export type Installed = {
  /** What Node is started with. */
  readonly program: string;
  /** The environment of a person who has a home of their own. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Builds the bundle and lays it out within `folder` as `npm i -g` would. */
export async function install(folder: string): Promise<Installed> {
  await build();
  const root = join(folder, "plimsoll");
  for (const part of ["bin", "dist", "knowledge", "package.json"]) {
    cpSync(join(PACKAGE, part), join(root, part), { recursive: true });
  }
  return { program: join(root, "bin/plimsoll.js"), env: homeOf(join(folder, "home")) };
}

/** The environment with another home, which is empty until something is started there. */
export function homeOf(home: string): Installed["env"] {
  mkdirSync(home, { recursive: true });
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  return { ...env, PLIMSOLL_HOME: home };
}
