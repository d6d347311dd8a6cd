import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Where a checkout keeps what its source compiles to: beside its packages, as other tools do. */
const COMPILED = fileURLToPath(new URL("../../../node_modules/.cache/plimsoll", import.meta.url));

/**
 * Runs the program: in a checkout its source, in an installed package its bundle.
 *
 * The source wins wherever it is, so that a stale bundle never runs in a checkout.
 */
export async function start() {
  const source = new URL("../src/main.ts", import.meta.url);
  const inCheckout = existsSync(source);
  if (inCheckout) keepCompiled();
  const entry = inCheckout ? source : new URL("../dist/main.js", import.meta.url);
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2), root);
}

/** Halves the start from source. Where it cannot be written Node goes on without; workers read the variable. */
function keepCompiled() {
  enableCompileCache(COMPILED);
  process.env.NODE_COMPILE_CACHE ??= COMPILED;
}
