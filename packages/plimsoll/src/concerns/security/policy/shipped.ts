/** Tells the modules that a pickle can import from where it lies. */
export type ShippedFinder = (
  file: string,
  member: string | undefined,
) => ReadonlyMap<string, string>;

/** The modules beside the files of a model, and for what lies in an archive those that are unpacked with it. */
export function shippedFinder(
  paths: readonly string[],
  members: readonly { readonly file: string; readonly name: string }[],
): ShippedFinder {
  const beside = shippedModules(paths);
  const packed = Map.groupBy(members, ({ file }) => file);
  const known = new Map<string, ReadonlyMap<string, string>>();
  return (file, member) => {
    if (member === undefined) return beside;
    const found =
      known.get(file) ??
      new Map([...shippedModules((packed.get(file) ?? []).map(({ name }) => name)), ...beside]);
    known.set(file, found);
    return found;
  };
}

/** Top-level Python modules that lie in the model's folder, with a file of each: a pickle that imports one runs it. */
function shippedModules(paths: readonly string[]): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  for (const path of paths) {
    if (!/\.(?:py|pyc|so|pyd)$/iu.test(path)) continue;
    const [top = path] = path.split("/");
    modules.set(top.replace(/\..*$/u, ""), path);
  }
  return modules;
}
