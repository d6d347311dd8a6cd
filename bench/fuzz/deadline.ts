import { Script } from "node:vm";

const NAME = "plimsoll/fuzz-action";
const CALL = new Script(`globalThis[Symbol.for(${JSON.stringify(NAME)})]()`);

/** Runs an action and ends it when it takes longer than `ms`, even in an endless loop; true when it ended by itself. */
export function runWithin(ms: number, action: () => void): boolean {
  Object.defineProperty(globalThis, Symbol.for(NAME), { value: action, configurable: true });
  try {
    CALL.runInThisContext({ timeout: ms });
    return true;
  } catch (error) {
    if (
      error instanceof Error &&
      "code" in error &&
      error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
    ) {
      return false;
    }
    throw error;
  } finally {
    Reflect.deleteProperty(globalThis, Symbol.for(NAME));
  }
}
