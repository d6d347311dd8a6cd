import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { PlimsollError, reasonOf } from "../kernel/error.ts";
import { dataFolder, type HomeEnvironment } from "./home.ts";
import { makeFolder } from "./make-folder.ts";

/** Random bytes that tell one installation from all others. */
const ID_BYTES = 9;

/**
 * The name of this installation's audit log, such as `plimsoll/3f9c…`; it is made once and kept.
 * @throws PlimsollError `home-unwritable`.
 */
export function auditOrigin(where: HomeEnvironment): string {
  const folder = dataFolder(where);
  const path = join(folder, "install-id");
  try {
    return `plimsoll/${readId(path) ?? makeId(folder, path)}`;
  } catch (cause) {
    throw new PlimsollError("home-unwritable", `${path} cannot be made: ${reasonOf(cause)}`, {
      hint: "Set PLIMSOLL_HOME to a folder that you may write to.",
      cause,
    });
  }
}

function readId(path: string): string | undefined {
  try {
    const id = readFileSync(path, "utf8").trim();
    return /^[0-9a-f]{18}$/u.test(id) ? id : undefined;
  } catch {
    // It is made below.
    return undefined;
  }
}

/** Two that start at once must have one name: whoever links first gives it. */
function makeId(folder: string, path: string): string {
  makeFolder(folder, 0o700);
  const own = `${path}.${process.pid}`;
  const id = randomBytes(ID_BYTES).toString("hex");
  writeFileSync(own, `${id}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(own, path);
    return id;
  } catch (error) {
    const other = readId(path);
    if (other === undefined) throw error;
    return other;
  } finally {
    rmSync(own, { force: true });
  }
}
