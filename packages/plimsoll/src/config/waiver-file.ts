import { isAlias, isMap, isSeq, parseDocument, type Document } from "yaml";

import { PlimsollError } from "../kernel/error.ts";
import type { Waiver } from "../kernel/waive.ts";
import { parseSettingText } from "./parse.ts";

/**
 * The text of a setting file with waivers added: comments and order stay. A waiver of the same code and digest is
 * put in the place of the one before it, so that one that has expired can be given anew.
 *
 * `text` is undefined where there is no file yet; `path` is for messages.
 * @throws PlimsollError `setting-invalid` when the file cannot be used, or holds its waivers in a form that is not
 * changed here.
 */
export function withWaivers(
  text: string | undefined,
  path: string,
  waivers: readonly Waiver[],
): string {
  const before = text ?? "";
  // A file that cannot be used is not made longer.
  parseSettingText(before, path);
  const document = parseDocument(before);
  const list = listIn(document, path);
  for (const waiver of waivers) {
    const node = document.createNode(fieldsOf(waiver));
    const at = list.items.findIndex(
      (item) =>
        isMap(item) &&
        item.get("code") === waiver.code &&
        item.get("digest") === waiver.digest,
    );
    if (at === -1) list.items.push(node);
    else list.items[at] = node;
  }
  const after = document.toString({ lineWidth: 0 });
  parseSettingText(after, path);
  return before.includes("\r\n") ? after.replaceAll(/\r?\n/gu, "\r\n") : after;
}

/** The list of waivers, made where there is none. */
function listIn(document: Document, path: string): { items: unknown[] } {
  const held = document.get("waivers", true);
  if (isSeq(held)) {
    held.flow = false;
    return held;
  }
  if (held !== undefined && held !== null && (isAlias(held) || !isEmpty(held))) {
    throw new PlimsollError("setting-invalid", `the waivers in ${path} are no plain list`, {
      hint: "Write them out as a list, then run this again.",
    });
  }
  document.set("waivers", document.createNode([]));
  const made = document.get("waivers", true);
  if (!isSeq(made)) throw new TypeError("a list was made and is none");
  made.flow = false;
  return made;
}

/** True for a key without a value. */
function isEmpty(node: unknown): boolean {
  return typeof node === "object" && node !== null && "value" in node && node.value === null;
}

/** In the order in which a person reads them. */
function fieldsOf({ code, digest, reason, author, expires }: Waiver): Record<string, string> {
  return { code, digest, reason, author, ...(expires === undefined ? {} : { expires }) };
}
