import { FormatError } from "@plimsoll/formats";
import { parseDocument } from "yaml";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Json, JsonObject } from "../../kernel/json.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import { decodeText } from "../decode-text.ts";
import { readWith } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { ModelSubject } from "../subject.ts";

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

/** Characters of a card. A page that nobody could read is not a card (CWE-400). */
const CARD_MAX_BYTES = 4_194_304;

/** Aliases that front matter may expand: a YAML bomb multiplies them (CWE-776). */
const CARD_MAX_ALIASES = 100;

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
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined) return error.message.split("\n")[0] ?? "not YAML";
  try {
    const value = toJson(document.toJS({ maxAliasCount: CARD_MAX_ALIASES }), 0);
    return typeof value === "object" && value !== null && !isArray(value) ? value : {};
  } catch (failure) {
    return failure instanceof Error ? failure.message : "not YAML";
  }
}

/** Nesting of front matter; YAML aliases can be cyclic, and this ends the walk (CWE-674). */
const FRONT_MATTER_MAX_DEPTH = 32;

function toJson(value: unknown, depth: number): Json {
  if (depth > FRONT_MATTER_MAX_DEPTH) throw new RangeError("nested too deeply");
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1));
  if (typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, toJson(member, depth + 1)]),
    );
  }
  return typeof value === "bigint" ? value.toString() : null;
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
