/**
 * Completes package-lock.json, so that `npm ci` accepts it on every system.
 *
 * npm leaves out an optional platform package that the registry lacks at the wanted version, and
 * then refuses its own lock (EUSAGE, nothing installed). For each such dependency this writes a
 * stub entry: version, platform, optional. Run it after every install, then `npm i` once more.
 */
import { readFileSync, writeFileSync } from "node:fs";

type Entry = {
  readonly version?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
type Lock = { packages: Record<string, Entry & Record<string, unknown>> };

const LOCK = new URL("../package-lock.json", import.meta.url);

/** Where node would look for `name` from the package at `from`, nearest first. */
function* lookups(from: string, name: string): Generator<string> {
  let folder = from;
  for (;;) {
    yield folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (folder === "") return;
    const parent = folder.lastIndexOf("/node_modules/");
    folder = parent > 0 ? folder.slice(0, parent) : "";
  }
}

const SYSTEMS = ["linux", "darwin", "win32", "freebsd", "android", "openharmony", "aix", "netbsd"];
const CPUS = ["x64", "arm64", "ia32", "arm", "ppc64", "s390x", "riscv64", "loong64", "wasm32"];

/** Reads system, processor and C library from a platform package's name. */
function platformOf(name: string): Record<string, string[]> {
  const words = (name.split("/").at(-1) ?? name).split(/[-_]/u);
  const platform: Record<string, string[]> = {};
  const system = SYSTEMS.find((word) => words.includes(word));
  const cpu = CPUS.find((word) => words.includes(word));
  if (cpu !== undefined) platform["cpu"] = [cpu];
  if (system !== undefined) platform["os"] = [system];
  if (words.includes("gnu")) platform["libc"] = ["glibc"];
  if (words.includes("musl")) platform["libc"] = ["musl"];
  return platform;
}

// npm wrote it and npm reads it back: a wrong shape fails loudly there.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const lock = JSON.parse(readFileSync(LOCK, "utf8")) as Lock;
const added: string[] = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    // Only exactly pinned platform packages are dropped; ranges are other people's optional parts.
    if (!/^\d+\.\d+\.\d+[\w.+-]*$/u.test(version)) continue;
    const nearest = [...lookups(path, name)].find((place) => place in lock.packages);
    if (nearest !== undefined && lock.packages[nearest]?.version === version) continue;
    const top = `node_modules/${name}`;
    const place = top in lock.packages ? `${path}/node_modules/${name}` : top;
    lock.packages[place] = { version, ...platformOf(name), dev: true, optional: true };
    added.push(`${place}@${version}`);
  }
}
const sorted = Object.fromEntries(
  Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
);
writeFileSync(LOCK, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
process.stderr.write(`package-lock.json: ${added.length} stub(s) added\n`);
for (const place of added) process.stderr.write(`  ${place}\n`);
