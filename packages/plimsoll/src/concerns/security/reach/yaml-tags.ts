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
  return false;
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
