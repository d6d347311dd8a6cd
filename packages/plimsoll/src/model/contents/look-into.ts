import type { SniffFormat } from "@plimsoll/formats";

import { lookIntoCompressed } from "./compressed.ts";
import type { LookInto } from "./inner.ts";
import { lookIntoNpy } from "./npy.ts";
import { lookIntoTar } from "./tar.ts";
import { lookIntoZip } from "./zip.ts";

/** How to look into a format; undefined for one that is no container that we open. */
export function lookIntoOf(format: SniffFormat): LookInto | undefined {
  return ARCHIVES.get(format) ?? lookIntoCompressed(format);
}

const ARCHIVES: ReadonlyMap<SniffFormat, LookInto> = new Map<SniffFormat, LookInto>([
  ["zip", lookIntoZip],
  ["tar", lookIntoTar],
  ["npy", lookIntoNpy],
]);
