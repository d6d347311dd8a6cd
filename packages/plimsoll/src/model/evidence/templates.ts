import {
  decodeUtf8,
  FormatError,
  jsonArray,
  jsonMember,
  jsonObject,
  jsonString,
  type JsonValue,
} from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import { readWith } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { ModelSubject } from "../subject.ts";

/** One copy of a chat template, wherever the model carries it. */
export type TemplateCopy = {
  readonly file: string;
  /** JSON key or metadata key that holds it; undefined when the file is the template. */
  readonly member: string | undefined;
  /** Name of a template among several (`default`, `tool_use`), or undefined for the only one. */
  readonly name: string | undefined;
  /** Bytes from the start of the file to its text, where that is known. */
  readonly offset: number | undefined;
  readonly text: string;
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every chat template in tokenizer and processor configurations, template files and GGUF metadata. */
    readonly templates: readonly TemplateCopy[];
  }
}

/** Bytes of one template. The longest in use are tens of kilobytes; more stalls every parser behind it (CWE-400). */
const TEMPLATE_MAX_BYTES = 1_048_576;

const GGUF_KEY = /^tokenizer\.chat_template(?:\.(.+))?$/u;

export default defineEvidence({
  name: "templates",
  needs: ["configs", "gguf"],
  provide: ({ configs, gguf }, { snapshot }: ModelSubject) => {
    const copies: TemplateCopy[] = [];
    const unreads: Unread[] = snapshot.unread.filter((one) => one.file.endsWith(".jinja"));
    for (const config of configs) copies.push(...templatesOfConfig(config.file, config.value));
    for (const file of snapshot.files) {
      if (!file.base.endsWith(".jinja") && !file.base.endsWith(".jinja2")) continue;
      const read = readTemplateFile(file);
      if (read.kind === "unread") unreads.push(read);
      else copies.push(read.value);
    }
    for (const { file, gguf: model } of gguf) {
      // A key that occurs again is seen by readers that take the last one, so every copy is judged.
      const pairs = [
        ...model.metadata,
        ...model.repeated.map(({ key, value }) => [key, value] as const),
      ];
      for (const [key, value] of pairs) {
        const match = GGUF_KEY.exec(key);
        if (match === null) continue;
        if (value.type === "string") {
          copies.push({
            file,
            member: key,
            name: match[1],
            offset: value.offset,
            text: value.value,
          });
        } else {
          unreads.push(unread(file, "bad-field: the template is not a text", { member: key }));
        }
      }
    }
    const kept = copies.filter((copy) => copy.text.length <= TEMPLATE_MAX_BYTES);
    for (const copy of copies) {
      if (copy.text.length <= TEMPLATE_MAX_BYTES) continue;
      const reason = `limit TEMPLATE_MAX_BYTES (${TEMPLATE_MAX_BYTES}) reached`;
      unreads.push(unread(copy.file, reason, { member: copy.member }));
    }
    return { value: kept, unread: unreads };
  },
});

/** `chat_template` is a text, or a list of named texts; it stands in tokenizer and processor configurations and in chat_template.json. */
function* templatesOfConfig(file: string, value: JsonValue): Generator<TemplateCopy> {
  const held = jsonMember(value, "chat_template");
  const member = "chat_template";
  if (typeof held === "string") {
    yield { file, member, name: undefined, offset: undefined, text: held };
  }
  for (const [index, entry] of (jsonArray(held) ?? []).entries()) {
    const text = jsonString(jsonMember(entry, "template"));
    if (text === undefined) continue;
    const name = jsonString(jsonMember(entry, "name")) ?? String(index);
    yield { file, member: `${member}[${index}]`, name, offset: undefined, text };
  }
  for (const [name, text] of jsonObject(held) ?? []) {
    if (typeof text !== "string") continue;
    yield { file, member: `${member}.${name}`, name, offset: undefined, text };
  }
}

function readTemplateFile(
  file: SnapshotFile,
): { readonly kind: "read"; readonly value: TemplateCopy } | Unread {
  return readWith(file, (source) => {
    if (source.size > TEMPLATE_MAX_BYTES) {
      throw FormatError.limit("TEMPLATE_MAX_BYTES", TEMPLATE_MAX_BYTES, 0);
    }
    const name =
      file.base === "chat_template.jinja" ? undefined : file.base.replace(/\.jinja2?$/u, "");
    const text = decodeUtf8(source.read(0, source.size));
    return { file: file.path, member: undefined, name, offset: 0, text };
  });
}
