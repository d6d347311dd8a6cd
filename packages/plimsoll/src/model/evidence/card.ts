import { FormatError } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Json, JsonObject } from "../../kernel/json.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import { decodeText } from "../decode-text.ts";
import { readWith } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { ModelSubject } from "../subject.ts";
import { readYaml } from "../yaml-json.ts";

/** A model card: the page that its publisher wrote, with the front matter that the hub reads. */
export type Card = {
  readonly file: string;
  /** The front matter; empty when the card has none. */
  readonly frontMatter: JsonObject;
  readonly hasFrontMatter: boolean;
  /** The page below it. */
  readonly body: string;
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** The card in the model's top folder; null when there is none. */
    readonly card: Card | null;
  }
}

/** Bytes of a card. A page that nobody could read is not a card (CWE-400). */
const CARD_MAX_BYTES = 4_194_304;

/** Characters of front matter: tags and links of a few hundred lines, not data (CWE-770). */
const FRONT_MATTER_MAX_CHARACTERS = 262_144;

const NAMES = ["readme.md", "model_card.md", "modelcard.md", "readme"];

export default defineEvidence({
  name: "card",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const unlisted = snapshot.unread.filter((one) => NAMES.includes(one.file.toLowerCase()));
    const file = NAMES.map((name) =>
      snapshot.files.find((candidate) => candidate.path.toLowerCase() === name),
    ).find((candidate) => candidate !== undefined);
    if (file === undefined) return { value: null, unread: unlisted };
    return readCard(file);
  },
});

function readCard(file: SnapshotFile): { value: Card | null; unread: Unread[] } {
  const text = readWith(file, (source) => {
    if (source.size > CARD_MAX_BYTES) throw FormatError.limit("CARD_MAX_BYTES", CARD_MAX_BYTES, 0);
    return decodeText(source.read(0, source.size));
  });
  if (text.kind === "unread") return { value: null, unread: [text] };
  const { front, body } = splitFrontMatter(text.value);
  const bare = { file: file.path, frontMatter: {}, hasFrontMatter: front !== undefined, body };
  if (front === undefined) return { value: bare, unread: [] };
  const parsed = parseFrontMatter(front);
  if (typeof parsed === "string") {
    return { value: bare, unread: [unread(file.path, `front matter: ${parsed}`)] };
  }
  return { value: { ...bare, frontMatter: parsed }, unread: [] };
}

/** Parts `---` front matter from the page below it. */
function splitFrontMatter(text: string): { front: string | undefined; body: string } {
  const match = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)(?:\r?\n)?---[ \t]*(?:\r?\n|$)/u.exec(text);
  return match === null
    ? { front: undefined, body: text }
    : { front: match[1] ?? "", body: text.slice(match[0].length) };
}

/** The front matter as plain JSON, or why it cannot be read. */
function parseFrontMatter(text: string): JsonObject | string {
  if (text.length > FRONT_MATTER_MAX_CHARACTERS) {
    return `limit FRONT_MATTER_MAX_CHARACTERS (${FRONT_MATTER_MAX_CHARACTERS}) reached`;
  }
  const document = readYaml(text);
  if (document.kind === "bad") return document.reason;
  const { value } = document;
  if (value === null) return {};
  return isObject(value) ? value : "it is not a list of names and values";
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
