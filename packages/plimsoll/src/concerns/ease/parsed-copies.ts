import { unread, type Unread } from "../../kernel/unread.ts";
import type { TemplateCopy } from "../../model/evidence/templates.ts";
import { parseTemplate } from "../../model/templates/parse.ts";
import type { ChatUnit } from "./chat-units.ts";

/** A template that could be parsed, or the unread that says why not. */
export type ParsedCopy =
  | { readonly kind: "parsed"; readonly copy: TemplateCopy; readonly body: readonly unknown[] }
  | Unread;

/** The templates of one model, each text once, in the order of its files. */
export function* parsedCopies({ templates }: ChatUnit): Generator<ParsedCopy> {
  const seen = new Set<string>();
  for (const copy of templates) {
    if (seen.has(copy.text)) continue;
    seen.add(copy.text);
    const parsed = parseTemplate(copy.text);
    if (parsed.kind === "parsed") yield { kind: "parsed", copy, body: parsed.body };
    else yield unread(copy.file, parsed.reason, { member: copy.member });
  }
}
