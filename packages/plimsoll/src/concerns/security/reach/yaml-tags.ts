import { parseAllDocuments } from "yaml";

/** Tags of YAML's own schemas, which build plain values (YAML 1.2.2, chapter 10, and the types of 1.1). */
const PLAIN_TAGS = new Set(
  "!!str !!int !!float !!bool !!null !!map !!seq !!set !!omap !!pairs !!binary !!timestamp !!merge".split(
    " ",
  ),
);

/** What may stand before a tag: a node begins at the line, after an indicator or after white space. */
const BEFORE_TAG = " \t-:?,[{";

/** Keys whose dotted value libraries import and call. */
const TARGET_KEY =
  /^[\s\-?]*["']?(?:_target_|target|class_path|loader_module)["']?\s*:\s*["']?[\w]+\./u;

/** Characters of a line in which such a key is looked for. */
const LINE_LOOKED_AT = 400;

/**
 * True when a YAML text has a tag beyond the plain ones, declares a tag of its own, or names a target.
 *
 * Tags can be written in many ways (`!!python/…`, `!<tag:…>`, `!new:…`, percent escapes, a `%TAG` line),
 * so whatever is not plain counts. A `!` within a word or a quoted text can be taken for one: then the
 * answer is unknown where it need not be, never the other way round.
 */
export function buildsObjects(text: string): boolean {
  for (const line of text.split("\n")) {
    if (line.startsWith("%TAG") || hasTag(line)) return true;
    if (TARGET_KEY.test(line.slice(0, LINE_LOOKED_AT))) return true;
  }
  return namesTarget(text);
}

/** Values of a document that are looked at; a larger one is not judged (CWE-400). */
const VALUES_MAX = 200_000;

/** Aliases that a document may expand (CWE-776). */
const ALIASES_MAX = 100;

/** Keys whose dotted value libraries import and call, however the YAML spells them. */
const TARGETS = new Set(["_target_", "target", "class_path", "loader_module"]);

/** True when a document, parsed, holds such a key with a dotted value, or cannot be parsed to tell. */
function namesTarget(text: string): boolean {
  try {
    const pending: unknown[] = parseAllDocuments(text, {
      uniqueKeys: false,
      logLevel: "silent",
    }).map((document) => {
      if (document.errors.length > 0) throw new TypeError("not YAML");
      return document.toJS({ maxAliasCount: ALIASES_MAX, mapAsMap: true });
    });
    // The list grows while it is walked; a cycle of aliases ends it at the limit.
    for (const [index, value] of pending.entries()) {
      if (index > VALUES_MAX) return true;
      if (Array.isArray(value)) pending.push(...value);
      if (!(value instanceof Map)) continue;
      for (const [key, member] of value) {
        const isTarget = typeof key === "string" && TARGETS.has(key);
        if (isTarget && typeof member === "string" && member.includes(".")) return true;
        pending.push(key, member);
      }
    }
    return false;
  } catch {
    // What cannot be parsed here may be parsed by a loader: nobody has judged it.
    return true;
  }
}

function hasTag(line: string): boolean {
  for (let at = line.indexOf("!"); at >= 0; at = line.indexOf("!", at + 1)) {
    if (at > 0 && !BEFORE_TAG.includes(line[at - 1] ?? "")) continue;
    const [tag = ""] = line.slice(at, at + LINE_LOOKED_AT).split(/[\s,\]}]/u, 1);
    if (tag === "!" || tag === "!=" || PLAIN_TAGS.has(tag)) continue;
    return true;
  }
  return false;
}
