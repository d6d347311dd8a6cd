import { homedir } from "node:os";
import { join } from "node:path";

import { PlimsollError, reasonOf } from "../kernel/error.ts";
import { isVirtual, makeFolder } from "./make-folder.ts";

/** The part of the environment that decides where things live. */
export type HomeEnvironment = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
};

/** This process's own. */
export function homeEnvironment(): HomeEnvironment {
  return { env: process.env, platform: process.platform, home: homedir() };
}

/**
 * Where state lives: `PLIMSOLL_HOME`, else the platform's data folder. Nothing is created.
 * @throws PlimsollError `home-unwritable` for a place in which the kernel only shows itself: no folder can be made there.
 */
export function dataFolder(where: HomeEnvironment): string {
  const folder = dataPlace(where);
  if (!isVirtual(folder)) return folder;
  throw new PlimsollError("home-unwritable", `${folder} is no place to keep anything in`, {
    hint: "Set PLIMSOLL_HOME to a folder on a disk.",
  });
}

function dataPlace({ env, platform, home }: HomeEnvironment): string {
  const own = env["PLIMSOLL_HOME"];
  if (own !== undefined && own !== "") return own;
  if (platform === "darwin") return join(home, "Library", "Application Support", "plimsoll");
  if (platform === "win32") {
    return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "plimsoll");
  }
  return join(env["XDG_DATA_HOME"] ?? join(home, ".local", "share"), "plimsoll");
}

/** Where a person's own `plimsoll.yaml` lives, for every folder that has none. */
export function userSettingFile({ env, platform, home }: HomeEnvironment): string {
  const own = env["PLIMSOLL_HOME"];
  if (own !== undefined && own !== "") return join(own, "plimsoll.yaml");
  if (platform === "darwin" || platform === "win32") {
    return join(dataPlace({ env, platform, home }), "plimsoll.yaml");
  }
  return join(env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "plimsoll", "plimsoll.yaml");
}

/**
 * Makes one of the folders in which state lives, and returns its path.
 * @throws PlimsollError `home-unwritable` when it cannot be made.
 */
export function stateFolder(
  kind: "practice" | "cache" | "store" | "audit",
  where: HomeEnvironment,
): string {
  const folder = join(dataFolder(where), kind);
  try {
    // What people asked, and who may ask, is their owner's alone.
    const isPrivate = kind === "store" || kind === "audit";
    makeFolder(folder, isPrivate ? 0o700 : undefined);
  } catch (error) {
    throw new PlimsollError("home-unwritable", `${folder} cannot be made: ${reasonOf(error)}`, {
      hint: "Set PLIMSOLL_HOME to a folder that you may write to.",
      cause: error,
    });
  }
  return folder;
}
