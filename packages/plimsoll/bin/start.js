import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs the program: in a checkout its source, in an installed package its bundle.
 *
 * The source wins wherever it is, so that a stale bundle never runs in a checkout.
 */
export async function start() {
  const source = new URL("../src/main.ts", import.meta.url);
  const entry = existsSync(source) ? source : new URL("../dist/main.js", import.meta.url);
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2), root);
}
