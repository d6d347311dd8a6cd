/** `__class__`: the names by which Python keeps its machinery. */
export function isDunder(name: string): boolean {
  return name.length > 4 && name.startsWith("__") && name.endsWith("__");
}

/** The first part of a dotted path, such as `a.__class__`, that is one of Python's own names. */
export function dunderIn(path: string): string | undefined {
  return path.split(".").find(isDunder);
}
