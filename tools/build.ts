/** Bundles the command line into packages/plimsoll/dist: one flat folder, each verb loaded when it is needed, each worker a file. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { rolldown, type OutputOptions, type Plugin, type RolldownBuild } from "rolldown";

import { openVetChunk } from "./vet-chunk.ts";
import { compileFacts } from "../packages/plimsoll/src/config/compiled-knowledge.ts";
import { readFacts } from "../packages/plimsoll/src/config/knowledge.ts";

const PACKAGE = join(import.meta.dirname, "../packages/plimsoll");

const NO_PROGRAMS = "\0no-programs";

/** commander imports what starts programs, for commands that are programs of their own. Here none is, and it is slow to load. */
const withoutPrograms: Plugin = {
  name: "without-programs",
  resolveId: (source, importer) =>
    source === "node:child_process" && importer?.includes("commander") === true
      ? NO_PROGRAMS
      : undefined,
  load: (id) => (id === NO_PROGRAMS ? "export default {};" : undefined),
};

/** Parts of Node that take milliseconds to load, and that most runs of a worker never use. */
const LATE = /^let (\w+) = require\("(node:(?:crypto|child_process))"\);$/gmu;

/** Loads them when the first of their functions is asked for. */
const withLateParts: Plugin = {
  name: "with-late-parts",
  renderChunk: (code) =>
    code.replace(LATE, 'const $1 = new Proxy({}, { get: (_, name) => require("$2")[name] });'),
};

/** Builds the bundle and returns the paths of every module in it, so that their licences can be told. */
export async function build(): Promise<readonly string[]> {
  const outDir = join(PACKAGE, "dist");
  rmSync(outDir, { recursive: true, force: true });
  const modules = await bundleMain(outDir);
  for (const [name, path] of Object.entries(workers(join(PACKAGE, "src")))) {
    modules.push(...(await bundleWorker(name, path, outDir)));
  }
  compileKnowledge(join(PACKAGE, "knowledge"), join(outDir, "knowledge"));
  return [...new Set(modules)];
}

async function bundleMain(outDir: string): Promise<string[]> {
  const imports = new Map<string, readonly string[]>();
  const bundle = await rolldown({
    input: { main: join(PACKAGE, "src/main.ts") },
    platform: "node",
    logLevel: "warn",
    preserveEntrySignatures: "allow-extension",
    plugins: [
      { name: "imports", moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds) },
      withoutPrograms,
    ],
  });
  const vetChunk = openVetChunk(imports);
  return written(bundle, {
    dir: outDir,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    charset: "ascii",
    minify: true,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: vetChunk, debugName: "vet" }],
    },
  });
}

/**
 * Each worker is one file, and CommonJS: to resolve fifty files, and to make a module's face for each part of Node, takes
 * longer than all the code takes to be read.
 */
async function bundleWorker(name: string, path: string, outDir: string): Promise<string[]> {
  const bundle = await rolldown({
    input: { [name]: path },
    platform: "node",
    logLevel: "warn",
    plugins: [withLateParts],
  });
  return written(bundle, {
    dir: outDir,
    format: "cjs",
    entryFileNames: "[name].cjs",
    // One character beyond Latin-1, and the engine keeps two bytes for each of a million.
    charset: "ascii",
    minify: true,
    codeSplitting: false,
  });
}

async function written(bundle: RolldownBuild, options: OutputOptions): Promise<string[]> {
  try {
    const { output } = await bundle.write(options);
    return output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));
  } finally {
    await bundle.close();
  }
}

/**
 * Every `*-worker.ts` by its name: a worker is started by the address of its file, so each must be one of the bundle.
 * @throws TypeError for two of one name, since the bundle is one flat folder.
 */
export function workers(source: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const path of readdirSync(source, { recursive: true, encoding: "utf8" }).toSorted()) {
    // Workers that only tests start are not shipped.
    if (!path.endsWith("-worker.ts") || path.startsWith("testing")) continue;
    const name = basename(path, ".ts");
    if (Object.hasOwn(entries, name)) throw new TypeError(`two workers are called ${name}.ts`);
    entries[name] = join(source, path);
  }
  return entries;
}

/**
 * Writes the facts as JSON, which is read ten times as fast as YAML.
 * @throws TypeError for a value that JSON cannot hold.
 */
export function compileKnowledge(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from).filter((one) => one.endsWith(".yaml"))) {
    const yaml = readFileSync(join(from, file));
    const value: unknown = readFacts(yaml.toString("utf8"));
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value)) {
      throw new TypeError(`${file} holds what JSON cannot`);
    }
    writeFileSync(join(to, file.replace(/yaml$/u, "json")), compileFacts(yaml, value));
  }
}

if (import.meta.main) await build();
