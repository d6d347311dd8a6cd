import { isMap, isSeq, parseDocument, stringify, type Document } from "yaml";

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
  const canAppend = !document.has("waivers") && !isInBraces(document);
  const after = canAppend ? appended(before, waivers) : changed(document, path, waivers);
  // Whatever became of it must be read again tomorrow.
  parseSettingText(after, path);
  return before.includes("\r\n") ? after.replaceAll(/\r?\n/gu, "\r\n") : after;
}

/** The text as it was, to the last space, and the list behind it. */
function appended(before: string, waivers: readonly Waiver[]): string {
  const list = stringify({ waivers: waivers.map(fieldsOf) }, { lineWidth: 0 });
  return `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${list}`;
}

function changed(document: Document, path: string, waivers: readonly Waiver[]): string {
  const list = listIn(document, path);
  for (const waiver of waivers) {
    const node = document.createNode(fieldsOf(waiver));
    const at = list.items.findIndex(
      (item) =>
        isMap(item) && item.get("code") === waiver.code && item.get("digest") === waiver.digest,
    );
    if (at === -1) list.items.push(node);
    else list.items[at] = node;
  }
  return document.toString({ lineWidth: 0 });
}

/** True for a file that is one pair of braces: nothing can be written behind it. */
function isInBraces({ contents }: Document): boolean {
  return isMap(contents) && contents.flow === true;
}

/** The list of waivers, made where there is none. */
function listIn(document: Document, path: string): { items: unknown[] } {
  if (!document.has("waivers")) document.set("waivers", document.createNode([]));
  const held = document.get("waivers", true);
  if (!isSeq(held)) {
    throw new PlimsollError("setting-invalid", `the waivers in ${path} are no plain list`, {
      hint: "Write them out as a list, then run this again.",
    });
  }
  held.flow = isInBraces(document);
  return held;
}

/** In the order in which a person reads them. */
function fieldsOf({ code, digest, reason, author, expires }: Waiver): Record<string, string> {
  return { code, digest, reason, author, ...(expires === undefined ? {} : { expires }) };
}
