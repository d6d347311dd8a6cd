import { childrenOf } from "../../model/templates/node.ts";
import { readNode } from "../../model/templates/read-node.ts";

/** Characters of one marker; longer ones are prose between bars. */
const MARKER_MAX_CHARS = 64;

/** Bars that markers are made of: the plain one, and the wide one of the DeepSeek family. */
const BARS: ReadonlySet<string> = new Set(["|", "｜"]);

/** Every marker such as `<|im_start|>` in the texts of a template, each once. */
export function markersOf(body: readonly unknown[]): readonly string[] {
  const found = new Set<string>();
  const visit = (nodes: readonly unknown[]): void => {
    for (const raw of nodes) {
      const node = readNode(raw);
      if (node.kind === "text") for (const marker of markersIn(node.value)) found.add(marker);
      visit(childrenOf(node));
    }
  };
  visit(body);
  return [...found];
}

/** The markers of one text, in its order. */
export function* markersIn(text: string): Generator<string> {
  for (let at = text.indexOf("<"); at !== -1; at = text.indexOf("<", at + 1)) {
    const marker = markerAt(text, at);
    if (marker !== undefined) yield marker;
  }
}

/** The marker that begins at a place of a text, if one does. */
export function markerAt(text: string, at: number): string | undefined {
  const bar = text[at + 1];
  if (text[at] !== "<" || bar === undefined || !BARS.has(bar)) return undefined;
  const window = text.slice(at, at + MARKER_MAX_CHARS);
  const end = window.indexOf(`${bar}>`, 2);
  if (end <= 2) return undefined;
  const marker = window.slice(0, end + 2);
  return /[\s<]/u.test(marker.slice(1)) ? undefined : marker;
}
