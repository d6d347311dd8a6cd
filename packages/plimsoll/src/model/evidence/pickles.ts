import { Budget, type Parsed, type PickleStream, type PickleStreams } from "@plimsoll/formats";

import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import { isNamedPickle, readStreams } from "../contents/pickle-streams.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import { readWith } from "../read.ts";
import type { FileKind } from "./kinds.ts";

/** The pickles of one file, or of something within it, with everything that loading them does. */
export type PickleFile = {
  readonly file: string;
  readonly member: string | undefined;
  readonly streams: readonly PickleStream[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every pickle, bare or in a container, by its bytes or its name. Nothing is loaded. */
    readonly pickles: readonly PickleFile[];
  }
}

export default defineEvidence({
  name: "pickles",
  needs: ["kinds", "contents"],
  provide: ({ kinds, contents }) => {
    const harvest: Harvest = { value: [], unread: [...contents.unreadPickles] };
    for (const kind of kinds) readBare(kind, contents.opened.has(kind.file.path), harvest);
    for (const { file, member, parsed } of contents.pickles) keep(harvest, file, member, parsed);
    return harvest;
  },
});

type Harvest = { readonly value: PickleFile[]; readonly unread: Unread[] };

function readBare({ file, formats }: FileKind, isOpened: boolean, harvest: Harvest): void {
  if (file.size === 0 || formats.some((one) => one.format === "lfs-pointer")) return;
  const named = !isOpened && isNamedPickle(file.base, formats);
  const read = readWith(file, (source) => readStreams(source, named, new Budget()));
  if (read.kind === "unread") harvest.unread.push(read);
  else if (read.value !== undefined) keep(harvest, file.path, undefined, read.value);
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
