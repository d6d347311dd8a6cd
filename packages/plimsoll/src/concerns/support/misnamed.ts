import type { SniffFormat } from "@plimsoll/formats";

import type { FileKind } from "../../model/evidence/kinds.ts";
import { weightFormatOf } from "../../model/weight-names.ts";

/** What people call a format. */
const WORDS: Readonly<Partial<Record<SniffFormat, string>>> = {
  gguf: "a GGUF file",
  "ggml-old": "a GGML file from before GGUF",
  safetensors: "a safetensors file",
  pickle: "a pickle, which can run code when it is loaded",
  zip: "a zip archive, as PyTorch writes pickles",
  tar: "a tar archive",
  hdf5: "an HDF5 file",
  json: "a JSON text",
  text: "a text",
  script: "a script",
  elf: "a program",
  pe: "a program",
  ape: "a program",
  macho: "a program",
  unknown: "nothing that this version knows",
};

/** Kinds that have findings of their own. */
const TOLD_ELSEWHERE = new Set<SniffFormat>(["empty", "html", "lfs-pointer"]);

/** What a weight file is when its bytes are not what its name says; undefined when they are. */
export function whatItIs({ file, formats }: FileKind): string | undefined {
  const claim = weightFormatOf(file.base);
  const found = formats.map(({ format }) => format);
  if (claim === undefined || found.some((format) => TOLD_ELSEWHERE.has(format))) return undefined;
  const [surest] = found;
  if (surest === undefined) return undefined;
  if (claim !== "pickle") {
    return found.includes(claim) ? undefined : (WORDS[surest] ?? `${surest} data`);
  }
  // Loaders of pickles take many containers; these two they never take.
  return surest === "gguf" || surest === "safetensors" ? WORDS[surest] : undefined;
}
