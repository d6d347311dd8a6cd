/** Ending of the arrays in a `.npz`, which NumPy leaves out of their names. */
const SUFFIX = ".npy";

/**
 * The name under which NumPy gives out a member of a `.npz` (a zip of `.npy` files); undefined when the
 * member is none. Two members can have one name: `a` and `a.npy`.
 * @see numpy/numpy numpy/lib/_npyio_impl.py NpzFile, read 2026-11-25
 */
export function npzArrayName(member: string): string | undefined {
  return member.endsWith(SUFFIX) ? member.slice(0, -SUFFIX.length) : undefined;
}

/** Whether an archive with these members is what `numpy.savez` writes: arrays and nothing else. */
export function looksLikeNpz(members: readonly string[]): boolean {
  return members.length > 0 && members.every((member) => npzArrayName(member) !== undefined);
}
