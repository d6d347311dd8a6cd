/** Makes packages/plimsoll ready for `npm pack`: bundle, schemas, licence and the notices of what is bundled. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { build } from "./build.ts";

const ROOT = join(import.meta.dirname, "..");
const PACKAGE = join(ROOT, "packages/plimsoll");

const modules = await build();
for (const name of ["LICENSE", "NOTICE"]) copyFileSync(join(ROOT, name), join(PACKAGE, name));
mkdirSync(join(PACKAGE, "schema"), { recursive: true });
for (const name of readdirSync(join(ROOT, "docs/reference"))) {
  if (!name.endsWith(".schema.json")) continue;
  copyFileSync(join(ROOT, "docs/reference", name), join(PACKAGE, "schema", name));
}
writeFileSync(join(PACKAGE, "THIRD-PARTY-NOTICES"), notices(modules));

/** One notice for each bundled package: name, version, licence and the licence text it ships. */
function notices(paths: readonly string[]): string {
  const folders = new Set(paths.map(packageFolder).filter((folder) => folder !== undefined));
  const parts = [...folders].toSorted().map((folder) => {
    const manifest: { name?: string; version?: string; license?: string } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    const file = readdirSync(folder).find((name) => /^(?:licen[cs]e|copying)/iu.test(name));
    const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim();
    return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text}\n`;
  });
  const line = "-".repeat(78);
  return `Plimsoll bundles these packages.\n\n${line}\n${parts.join(`\n${line}\n`)}`;
}

/** The installed package a module belongs to; undefined for our own. */
function packageFolder(module: string): string | undefined {
  if (!module.includes("node_modules")) return undefined;
  let folder = dirname(module.replace(/^\0+/u, "").replace(/\?.*$/u, ""));
  while (folder.includes("node_modules")) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && readFileSync(manifest, "utf8").includes('"version"')) return folder;
    folder = dirname(folder);
  }
  return undefined;
}
