import full from "spdx-license-list/full.js";

/** The licence texts of the SPDX list (CC0), by id: for the index of digests and for tests, never for the program. */
export function spdxTexts(): readonly {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}[] {
  return Object.entries(full)
    .map(([id, { name, licenseText }]) => ({ id, name, text: licenseText }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The published text of one licence.
 * @throws TypeError when the list has no such id.
 */
export function spdxText(id: string): string {
  const found = full[id];
  if (found === undefined) throw new TypeError(`${id} is not on the SPDX list`);
  return found.licenseText;
}
