/** PyTorch keeps its pickle at `<root>/data.pkl` and each storage's bytes at `<root>/data/<key>`; undefined when this is no such archive. */
export function torchRootOf(members: readonly { readonly name: string }[]): string | undefined {
  const pickle = members.find(({ name }) => /^[^/]+\/data\.pkl$/u.test(name));
  return pickle?.name.slice(0, -"data.pkl".length);
}

/**
 * True for a member that holds raw tensor bytes: PyTorch reads it as numbers and nothing else.
 *
 * Only what the archive's own pickle asks for (`keys`) counts, so that a folder called `data` hides nothing.
 */
export function isTorchStorage(
  torchRoot: string | undefined,
  member: string,
  keys: ReadonlySet<string>,
): boolean {
  if (torchRoot === undefined) return false;
  const folder = `${torchRoot}data/`;
  return member.startsWith(folder) && keys.has(member.slice(folder.length));
}
