import { relative } from "node:path";

import { printable } from "../../report/foreign-text.ts";
import { isBesideModel } from "./own-setting.ts";
import type { WrittenWaiver } from "./waive.ts";

/** Says what was written: as JSON, or in words with what to do next. */
export function waivedText(
  written: readonly WrittenWaiver[],
  place: {
    readonly cwd: string;
    readonly settingFile: string;
    readonly references: readonly string[];
  },
  asJson: boolean,
): string {
  const path = relative(place.cwd, place.settingFile);
  if (asJson) {
    const waivers = written.map(({ file, waiver: { expires, ...waiver } }) => ({
      file,
      ...waiver,
      ...(expires === undefined ? {} : { expires }),
    }));
    return `${JSON.stringify({ path, waivers }, null, 2)}\n`;
  }
  const lines = written.map(({ file, waiver }) => {
    const until = waiver.expires === undefined ? "" : ` until ${waiver.expires}`;
    return `  ${waiver.code} in ${file} (${waiver.digest}), by ${waiver.author}${until}: ${waiver.reason}`;
  });
  // Beside a model of one file it counts only where it is named.
  const isBeside = place.references.some((one) => isBesideModel(place.settingFile, one, place.cwd));
  const named = isBeside ? ` --setting ${path}` : "";
  return [
    `Written to ${path}:`,
    ...lines,
    "Each counts for this content of its file alone. What is left to weigh:",
    `  plimsoll vet ${place.references.join(" ")}${named}`,
  ]
    .map((line) => `${printable(line)}\n`)
    .join("");
}
