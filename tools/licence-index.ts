/**
 * Writes the digests of published licence texts: knowledge/spdx-texts.yaml from the SPDX list (CC0), and
 * knowledge/model-licence-texts.yaml from folders of LicenseDB texts given as arguments (`KEY.json`)
 * and single files given as `ID=NAME=PATH`; of these also knowledge/licence-words.yaml, two bytes for each word.
 *
 * Only digests and hashes of words are written: the texts themselves stay where they are.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { wordLines } from "../packages/plimsoll/src/concerns/licensing/nearest/index-lines.ts";
import {
  textIndex,
  type PublishedText,
} from "../packages/plimsoll/src/concerns/licensing/text-index.ts";
import { spdxTexts } from "../packages/plimsoll/src/testing/spdx-texts.ts";

const KNOWLEDGE = join(import.meta.dirname, "../packages/plimsoll/knowledge");

function databaseTexts(folder: string): PublishedText[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.toSorted().map((file) => {
    const raw: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
    return {
      id: field(raw, "spdx_license_key"),
      name: field(raw, "name"),
      text: field(raw, "text"),
    };
  });
}

function field(raw: unknown, name: string): string {
  const value: unknown = typeof raw === "object" && raw !== null ? Reflect.get(raw, name) : raw;
  if (typeof value !== "string") throw new TypeError(`no text in ${name}`);
  return value;
}

function singleText(place: string): PublishedText {
  const [id = "", name = "", path = ""] = place.split("=");
  return { id, name, text: readFileSync(path, "utf8") };
}

const DIGESTS = "SHA-256 of the words without title, ids with a comma between, name";
const WORDS =
  "ids with a comma between, two bytes for each word (src/concerns/licensing/nearest/words.ts), name";

function write(
  name: string,
  [url, read]: readonly [string, string],
  holds: string,
  lines: readonly string[],
): void {
  const head = `# Written by tools/licence-index.ts. A line: ${holds}.\n`;
  const source = `source: { url: ${JSON.stringify(url)}, read: ${JSON.stringify(read)} }\n`;
  const body = lines.map((line) => `  ${line}\n`).join("");
  writeFileSync(join(KNOWLEDGE, name), `${head}${source}texts: |\n${body}`);
}

const SPDX = ["https://github.com/spdx/license-list-data (3.28.0, CC0-1.0)", "2026-11-25"] as const;
const DATABASE = [
  "https://github.com/aboutcode-org/scancode-licensedb (053a651, CC-BY-4.0, Copyright (c) nexB Inc. and others)",
  "2026-11-22",
] as const;

write("spdx-texts.yaml", SPDX, DIGESTS, textIndex(spdxTexts()));
const places = process.argv.slice(2);
if (places.length > 0) {
  const texts = places.flatMap((place) =>
    place.includes("=") ? [singleText(place)] : databaseTexts(place),
  );
  write("model-licence-texts.yaml", DATABASE, DIGESTS, textIndex(texts));
  write("licence-words.yaml", DATABASE, WORDS, wordLines(texts));
}
