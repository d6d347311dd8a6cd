/**
 * Writes every generated file: registries, finding pages, concern pages, README tables and schemas.
 *
 * `--check` writes nothing and ends with 1 when a file is stale, so that no list is ever kept by hand.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { adminApiPages } from "./generate/admin-api.ts";
import { configPage } from "./generate/config.ts";
import { formatsPage } from "./generate/formats.ts";
import { metricsPage } from "./generate/metrics.ts";
import { conceptPages, findingPages, guardPages } from "./generate/pages.ts";
import { pictureFiles } from "./generate/picture.ts";
import { readmeWithTables } from "./generate/readme.ts";
import { registryFiles } from "./generate/registry.ts";
import { schemaFiles } from "./generate/schemas.ts";
import { readHouse } from "./generate/house.ts";
import { existingIn } from "./generate/existing.ts";

const ROOT = join(import.meta.dirname, "..");

async function generatedFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const add = (more: Iterable<readonly [string, string]>): void => {
    for (const [path, text] of more) files.set(join(ROOT, path), text);
  };
  // The registries come first: pages and schemas are read through them.
  add(registryFiles(ROOT));
  const house = await readHouse(ROOT);
  add(findingPages(house));
  add(guardPages(house));
  add(conceptPages(house, ROOT));
  add(readmeWithTables(house, ROOT));
  add(formatsPage());
  add(adminApiPages());
  add(metricsPage());
  for await (const page of configPage()) add([page]);
  add(await schemaFiles());
  add(await pictureFiles(ROOT));
  return files;
}

function staleFiles(files: ReadonlyMap<string, string>): string[] {
  const stale = [...files]
    .filter(([path, text]) => readOrEmpty(path) !== text)
    .map(([path]) => path);
  const orphans = existingIn(ROOT).filter((path) => !files.has(path));
  return [...stale, ...orphans];
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A file that is not there yet is stale, which is all that is asked here.
    return "";
  }
}

const files = await generatedFiles();
const stale = staleFiles(files);
if (process.argv.includes("--check")) {
  for (const path of stale) process.stderr.write(`stale: ${relative(ROOT, path)}\n`);
  if (stale.length > 0) process.stderr.write("Run: npm run generate\n");
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const path of stale) {
    const text = files.get(path);
    if (text === undefined) rmSync(path);
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    process.stdout.write(`${text === undefined ? "removed" : "wrote"} ${relative(ROOT, path)}\n`);
  }
}
