/** A file of a series: `model-00002-of-00004.safetensors`. */
export type ShardName = {
  /** Folder, ending in `/`, or empty for the top. */
  readonly folder: string;
  readonly stem: string;
  /** Counted from 1. */
  readonly number: number;
  readonly of: number;
  /** Digits that numbers are padded to. */
  readonly digits: number;
  /** What follows the numbers: `.safetensors`. */
  readonly ending: string;
};

/** Files that name themselves parts of one whole. */
export type ShardSeries = {
  /** Path with the number left open: `model-*-of-00004.safetensors`. */
  readonly label: string;
  readonly of: number;
  /** Paths that are there, by number. */
  readonly present: readonly string[];
  readonly missing: MissingNames;
};

/** Names that should be there and are not; a name like `-00001-of-99999` must not make a list of them all (CWE-770). */
export type MissingNames = { readonly count: number; readonly first: readonly string[] };

/** Missing names that are listed; the rest is counted. */
const MISSING_NAMES_SHOWN = 20;

/** Reads the numbers in a shard's name; undefined when it is no such name. */
export function parseShardName(path: string): ShardName | undefined {
  const slash = path.lastIndexOf("/") + 1;
  const match = /^(.+)-(\d{1,6})-of-(\d{1,6})(\.[\w.]{1,40})$/u.exec(path.slice(slash));
  const [, stem, number, of, ending] = match ?? [];
  if (stem === undefined || number === undefined || of === undefined || ending === undefined) {
    return undefined;
  }
  const numbers = { number: Number(number), of: Number(of) };
  if (numbers.number < 1 || numbers.number > numbers.of) return undefined;
  return { folder: path.slice(0, slash), stem, ...numbers, digits: of.length, ending };
}

/** Gathers paths into series; paths that belong to none are left out. */
export function shardSeries(paths: readonly string[]): readonly ShardSeries[] {
  const groups = new Map<string, { shard: ShardName; paths: Map<number, string> }>();
  for (const path of paths) {
    const shard = parseShardName(path);
    if (shard === undefined) continue;
    const label = labelOf(shard);
    const group = groups.get(label) ?? { shard, paths: new Map<number, string>() };
    group.paths.set(shard.number, path);
    groups.set(label, group);
  }
  return [...groups].map(([label, { shard, paths: found }]) => ({
    label,
    of: shard.of,
    present: [...found].sort(([a], [b]) => a - b).map(([, path]) => path),
    missing: missingOf(shard, found),
  }));
}

/** The same names as a list of which the first few are kept. */
export function missingNames(names: readonly string[]): MissingNames {
  return { count: names.length, first: names.slice(0, MISSING_NAMES_SHOWN) };
}

function labelOf({ folder, stem, of, digits, ending }: ShardName): string {
  return `${folder}${stem}-*-of-${pad(of, digits)}${ending}`;
}

function missingOf(shard: ShardName, found: ReadonlyMap<number, string>): MissingNames {
  const first: string[] = [];
  for (let number = 1; number <= shard.of && first.length < MISSING_NAMES_SHOWN; number += 1) {
    if (found.has(number)) continue;
    const { folder, stem, of, digits, ending } = shard;
    first.push(`${folder}${stem}-${pad(number, digits)}-of-${pad(of, digits)}${ending}`);
  }
  return { count: shard.of - found.size, first };
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, "0");
}
