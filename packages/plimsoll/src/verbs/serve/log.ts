import type { LogFields } from "../../gateway/hot/contract.ts";
import { printable } from "../../report/foreign-text.ts";
import type { Output } from "../verb.ts";

/** Writes what happens for the operator: JSON lines where nobody watches, and a line to read where somebody does. */
export type ServeLog = (level: "info" | "warn" | "error", event: string, fields: LogFields) => void;

/** Opens the log on a stream. Fields never hold a body, a credential or what a guard found. */
export function openLog(output: Output, now: () => number): ServeLog {
  return (level, event, fields) => {
    if (!output.isTerminal) {
      output.write(
        `${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`,
      );
      return;
    }
    if (level === "info") return;
    const told = Object.entries(fields)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name}=${String(value)}`);
    output.write(`${printable(`${level} ${event} ${told.join(" ")}`)}\n`);
  };
}
