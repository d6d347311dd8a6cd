import type { SniffFormat } from "@plimsoll/formats";

import { lookIntoCompressed } from "./compressed.ts";
import type { LookInto } from "./inner.ts";
import { lookIntoNpy } from "./npy.ts";
import { lookIntoTar } from "./tar.ts";
import { lookIntoZip } from "./zip.ts";

/** How to look into a format; undefined for one that is no container that we open. */
export function lookIntoOf(format: SniffFormat): LookInto | undefined {
  switch (format) {
    case "zip":
      return lookIntoZip;
    case "tar":
      return lookIntoTar;
    case "npy":
      return lookIntoNpy;
    default:
      return lookIntoCompressed(format);
  }
}
