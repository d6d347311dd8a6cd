import pc from "picocolors";

import { PlimsollError, reasonOf } from "../kernel/error.ts";
import { printable } from "./foreign-text.ts";

/** An error for people: what happened, what to do, its code; the stack only when asked for. */
export function describeError(error: unknown, debug: boolean, hasColour: boolean): string {
  const colours = pc.createColors(hasColour);
  const stack = debug && error instanceof Error ? `${error.stack ?? ""}\n` : "";
  if (!PlimsollError.isInstance(error)) {
    return `${colours.red("plimsoll:")} ${printable(reasonOf(error))}\nThis is a fault of Plimsoll. Run again with --debug and report what it prints. [internal]\n${stack}`;
  }
  const docs = error.docs === undefined ? "" : ` See docs/${error.docs}.`;
  return `${colours.red("plimsoll:")} ${printable(error.message.replace(/\.$/u, ""))}.\n${printable(error.hint)}${docs} [${error.code}]\n${stack}`;
}
