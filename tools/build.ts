/** Bundles the command line into packages/plimsoll/dist: one flat folder, each verb loaded when it is needed. */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { rolldown } from "rolldown";

const PACKAGE = join(import.meta.dirname, "../packages/plimsoll");

/** Builds the bundle and returns the paths of every module in it, so that their licences can be told. */
export async function build(): Promise<readonly string[]> {
  const outDir = join(PACKAGE, "dist");
  rmSync(outDir, { recursive: true, force: true });
  const bundle = await rolldown({
    input: { main: join(PACKAGE, "src/main.ts") },
    platform: "node",
    logLevel: "warn",
  });
  try {
    const { output } = await bundle.write({
      dir: outDir,
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name]-[hash].js",
      minify: true,
    });
    return output.flatMap((part) => (part.type === "chunk" ? part.moduleIds : []));
  } finally {
    await bundle.close();
  }
}

if (import.meta.main) await build();
