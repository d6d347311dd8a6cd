import { jsonObject, parseJson, type JsonValue } from "@plimsoll/formats";

/** Columns of one table; a table of more is an attack on the reader (CWE-400). */
const COLUMNS_MAX = 1_000;

/** Characters of a column's name; a first line with more in a cell is no line of names. */
const NAME_MAX_CHARACTERS = 80;

/** Characters of one row that is parsed. */
const ROW_MAX_CHARACTERS = 65_536;

const DELIMITERS = ["\t", ";", "|", ","];

/** The names in the first line of a delimited table; undefined where it holds values and no names. */
export function delimitedColumns(head: string): readonly string[] | undefined {
  const [line = ""] = head.replace(/^\uFEFF/u, "").split(/\r?\n/u, 1);
  if (line.length > ROW_MAX_CHARACTERS) return undefined;
  const counts = DELIMITERS.map((one) => ({ one, count: line.split(one).length }));
  const best = counts.reduce((a, b) => (b.count > a.count ? b : a));
  const cells = line.split(best.one).map((cell) => cell.trim().replace(/^["']|["']$/gu, ""));
  const isNames = cells.every(
    (cell) => cell.length <= NAME_MAX_CHARACTERS && !/^[-+]?\d+(?:[.,]\d+)*$/u.test(cell),
  );
  return isNames && cells.length > 0 ? cells.slice(0, COLUMNS_MAX) : undefined;
}

/** The names in the first row of a file of one JSON object a line. */
export function lineColumns(head: string): readonly string[] | undefined {
  const lines = head.replace(/^\uFEFF/u, "").split("\n", 20);
  const row = lines.find((line) => line.trim() !== "");
  return row === undefined ? undefined : objectColumns(row);
}

/** The names in the first object of a JSON list; undefined where the text is no list of objects. */
export function listColumns(head: string): readonly string[] | undefined {
  if (!/^\uFEFF?\s{0,100}\[\s{0,100}\{/u.test(head)) return undefined;
  const start = head.indexOf("{");
  const end = endOfObject(head, start);
  return end === undefined ? undefined : objectColumns(head.slice(start, end));
}

/** Names of an object's members, and of those of objects in it. */
function objectColumns(text: string): readonly string[] | undefined {
  if (text.length > ROW_MAX_CHARACTERS) return undefined;
  const object = parsedObject(text);
  if (object === undefined) return undefined;
  const names = [...object].flatMap(([name, value]) => {
    const inner = jsonObject(value);
    const own = name.slice(0, NAME_MAX_CHARACTERS);
    if (inner === undefined) return [own];
    return [...inner.keys()].map((key) => `${own}.${key.slice(0, NAME_MAX_CHARACTERS)}`);
  });
  return names.slice(0, COLUMNS_MAX);
}

function parsedObject(text: string): ReadonlyMap<string, JsonValue> | undefined {
  try {
    return jsonObject(parseJson(text).value);
  } catch {
    // Not JSON: the file is called a table and its columns are not known.
    return undefined;
  }
}

/** Where the object that begins at an index ends; brackets in texts do not count. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at];
    if (isText) {
      if (letter === "\\") at += 1;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === "{") depth += 1;
    else if (letter === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
