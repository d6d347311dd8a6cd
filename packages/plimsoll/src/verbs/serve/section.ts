import { readFileSync } from "node:fs";

import { parseSettingText } from "../../config/parse.ts";
import type { ServeFile } from "../../config/serve-schema.ts";

/**
 * The `serve:` of the first file that has one.
 * @throws PlimsollError `setting-invalid`.
 */
export function serveSection(files: readonly string[]): ServeFile | undefined {
  for (const path of files) {
    const { serve } = parseSettingText(readFileSync(path, "utf8"), path);
    if (serve !== undefined) return serve;
  }
  return undefined;
}
