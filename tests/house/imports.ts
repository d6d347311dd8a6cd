import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseSync } from "oxc-parser";

/** One import of one module, types included. */
export type ImportEdge = {
  /** Path from `packages/`, such as `plimsoll/src/kernel/check.ts`. */
  readonly from: string;
  /** What it names: a path from `packages/` for our own, else the package's or built-in module's name. */
  readonly to: string;
  readonly isLazy: boolean;
};

/** Every module under `packages/<name>/src` and what each imports. */
export function readImports(packages: string): { modules: string[]; edges: ImportEdge[] } {
  const modules = readdirSync(packages, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /^[^/]+\/src\/.*\.ts$/u.test(path) && !path.includes("node_modules"))
    .toSorted();
  const edges = modules.flatMap((path) =>
    importsOf(path, readFileSync(join(packages, path), "utf8")),
  );
  return { modules, edges };
}

/** What one module imports, exports from, loads lazily or augments. */
export function importsOf(path: string, text: string): ImportEdge[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const edges: ImportEdge[] = [
    ...module.staticImports.map((one) => edge(path, one.moduleRequest.value, false)),
    ...module.staticExports
      .flatMap((one) => one.entries)
      .map((entry) => entry.moduleRequest?.value)
      .filter((request) => request !== undefined)
      .map((request) => edge(path, request, false)),
    ...module.dynamicImports
      .map(
        (one) =>
          /^["'](.+)["']$/u.exec(text.slice(one.moduleRequest.start, one.moduleRequest.end))?.[1],
      )
      .filter((request) => request !== undefined)
      .map((request) => edge(path, request, true)),
  ];
  return edges;
}

function edge(from: string, request: string, isLazy: boolean): ImportEdge {
  if (!request.startsWith(".")) return { from, to: own(request), isLazy };
  const parts = [...from.split("/").slice(0, -1), ...request.split("/")];
  const resolved: string[] = [];
  for (const part of parts) {
    if (part === "..") resolved.pop();
    else if (part !== ".") resolved.push(part);
  }
  return { from, to: resolved.join("/"), isLazy };
}

/** The workspace packages by the names they are imported under. */
function own(request: string): string {
  if (request === "@plimsoll/formats") return "formats/src/index.ts";
  if (request === "@plimsoll/formats/kit") return "formats/src/kit/index.ts";
  return request;
}
