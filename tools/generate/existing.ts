import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Folders whose Markdown or TypeScript is generated whole, so that a file nobody writes any more is stale. */
const FOLDERS = [
  "docs/findings",
  "docs/guards",
  "docs/concerns",
  "packages/plimsoll/src/generated",
];

/** Every file that lies in a generated folder. */
export function existingIn(root: string): string[] {
  return FOLDERS.flatMap((folder) => {
    try {
      return readdirSync(join(root, folder)).map((name) => join(root, folder, name));
    } catch {
      // The folder is made when its first file is written.
      return [];
    }
  });
}
