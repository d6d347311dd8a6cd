import {
  Budget,
  FormatError,
  looksLikePickle,
  openMember,
  readPickles,
  runSync,
  SNIFF_BYTES,
  type ByteSource,
  type Parsed,
  type PickleStream,
  type PickleStreams,
} from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import { readWith, unreadOf } from "../read.ts";
import { storageKeys } from "../torch-storages.ts";
import { isTorchStorage, torchPickleName, type ArchiveFile } from "./archives.ts";
import type { FileKind } from "./kinds.ts";

/** The pickles of one file or archive member, with everything that loading them does. */
export type PickleFile = {
  readonly file: string;
  readonly member: string | undefined;
  readonly streams: readonly PickleStream[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every pickle, bare or in an archive, by its bytes or its name. Nothing is loaded. */
    readonly pickles: readonly PickleFile[];
  }
}

/** Names under which loaders look for a pickle, whatever the bytes say. */
const PICKLE_NAME = /\.(?:pkl|pickle|pck|pcl|pt|pth|ckpt|bin|joblib|dill|p|mar)$/u;

/** Formats that say what a file is beyond doubt, so that a name such as `.bin` does not make it a pickle. */
const OTHER = new Set([
  "gguf",
  "ggml-old",
  "safetensors",
  "zip",
  "hdf5",
  "npy",
  "lfs-pointer",
  "html",
]);

export default defineEvidence({
  name: "pickles",
  needs: ["kinds", "archives"],
  provide: ({ kinds, archives }) => {
    const harvest: Harvest = { value: [], unread: [] };
    for (const kind of kinds) readBare(kind, harvest);
    for (const archive of archives) readPacked(archive, harvest);
    return harvest;
  },
});

type Harvest = { readonly value: PickleFile[]; readonly unread: Unread[] };

function readBare({ file, formats }: FileKind, harvest: Harvest): void {
  if (file.size === 0 || formats.some((one) => one.format === "lfs-pointer")) return;
  // Bytes can be of two formats at once: what is surely another one still counts where it acts as a pickle.
  const isOther = formats.some((one) => OTHER.has(one.format) && one.confidence === "certain");
  const read = readWith(file, (source) => {
    const named = PICKLE_NAME.test(file.base) && !isOther;
    return readStreams(source, named, new Budget());
  });
  if (read.kind === "unread") harvest.unread.push(read);
  else if (read.value !== undefined) keep(harvest, file.path, undefined, read.value);
}

function readPacked(archive: ArchiveFile, harvest: Harvest): void {
  const { file } = archive;
  const budget = new Budget();
  const main = torchPickleName(archive);
  let keys: ReadonlySet<string> = new Set();
  const opened = readWith(file, (source) => {
    // The archive's own pickle comes first: it says which members are only numbers.
    const members = archive.archive.members.toSorted(
      (a, b) => Number(b.name === main) - Number(a.name === main),
    );
    for (const member of members) {
      if (member.isDirectory || member.size === 0) continue;
      if (isTorchStorage(archive, member.name, keys)) continue;
      try {
        const { source: content, faults } = openMember(source, member, budget);
        for (const fault of faults) harvest.unread.push(unreadOf(file.path, fault, member.name));
        const named = PICKLE_NAME.test(member.name.toLowerCase());
        const parsed = readStreams(content, named, budget);
        if (parsed === undefined) continue;
        keep(harvest, file.path, member.name, parsed);
        if (member.name === main) keys = storageKeys(parsed.value.streams);
      } catch (error) {
        harvest.unread.push(unreadOf(file.path, error, member.name));
      }
    }
  });
  if (opened.kind === "unread") harvest.unread.push(opened);
}

/**
 * The streams of a source, or undefined when it is left to others: it has no pickle's name, and its bytes
 * do not begin with a pickle's header and do nothing that a pickle does.
 */
function readStreams(
  source: ByteSource,
  named: boolean,
  budget: Budget,
): Parsed<PickleStreams> | undefined {
  const head = source.read(0, Math.min(SNIFF_BYTES, source.size));
  const looks = named ? "yes" : looksLikePickle(head);
  if (looks === "no") return undefined;
  try {
    const parsed = runSync(readPickles(source.size, { budget }), source);
    return looks === "yes" || parsed.value.streams.some(acts) ? parsed : undefined;
  } catch (error) {
    if (!named && FormatError.isInstance(error) && error.code === "bad-magic") return undefined;
    throw error;
  }
}

/**
 * True when a stream without a header does what only a pickle does: it calls, or imports and comes to its
 * end. A list of words can import by chance (`cat`, `dog`), and then breaks off.
 */
function acts({ effects, stopped }: PickleStream): boolean {
  return effects.some(({ kind }) => kind === "call" || (stopped && kind === "import"));
}

/** The first value of a file that torch.save wrote before it used archives (pytorch/pytorch torch/serialization.py MAGIC_NUMBER). */
const LEGACY_TORCH_MAGIC = 0x1950a86a20f9469cfc6cn;

function keep(
  harvest: Harvest,
  file: string,
  member: string | undefined,
  parsed: Parsed<PickleStreams>,
): void {
  const { streams } = parsed.value;
  harvest.value.push({ file, member, streams });
  // The old format writes its storages raw behind its five pickles: numbers that are never unpickled.
  const unclaimed = isLegacyTorch(streams) ? [] : parsed.unclaimed;
  harvest.unread.push(...unreadOfParsed(file, { ...parsed, unclaimed }, member));
}

function isLegacyTorch(streams: readonly PickleStream[]): boolean {
  const root = streams[0]?.root;
  return streams.length >= 5 && root?.kind === "int" && root.value === LEGACY_TORCH_MAGIC;
}
