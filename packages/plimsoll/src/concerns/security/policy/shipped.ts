/** Top-level Python modules that lie in the model's folder, with a file of each: a pickle that imports one runs it. */
export function shippedModules(paths: readonly string[]): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  for (const path of paths) {
    if (!/\.(?:py|pyc|so|pyd)$/iu.test(path)) continue;
    const [top = path] = path.split("/");
    modules.set(top.replace(/\..*$/u, ""), path);
  }
  return modules;
}
