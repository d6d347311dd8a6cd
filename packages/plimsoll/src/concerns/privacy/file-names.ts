/**
 * True when one of the names fits a path: the last part of the path, `*` standing for anything, or for a name that
 * ends in `/` any folder of it. Upper and lower case count as equal.
 */
export function fitsName(path: string, names: readonly string[]): boolean {
  const parts = path.toLowerCase().split("/");
  const base = parts.at(-1) ?? "";
  const folders = new Set(parts.slice(0, -1));
  return names.some((name) =>
    name.endsWith("/") ? folders.has(name.slice(0, -1)) : fitsGlob(base, name),
  );
}

/** Compares in time linear in the text for each star. */
function fitsGlob(text: string, glob: string): boolean {
  const pieces = glob.split("*");
  const [first = ""] = pieces;
  const last = pieces.at(-1) ?? "";
  if (pieces.length === 1) return text === glob;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  // `core.*` asks for something behind the point.
  return at + last.length < text.length;
}
