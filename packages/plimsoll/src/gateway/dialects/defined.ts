/** The members that are not undefined. On the way of every request: hence a loop. */
export function defined<T extends object>(object: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept: { [K in keyof T]?: NonNullable<T[K]> } = {};
  for (const key in object) {
    const value = object[key];
    if (value !== undefined && value !== null) kept[key] = value;
  }
  return kept;
}
