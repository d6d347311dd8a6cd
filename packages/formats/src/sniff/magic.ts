import type { SniffConfidence, Sniffed, SniffFormat } from "./types.ts";

/** A signature: hexadecimal bytes, `..` for any, at an offset. */
type Magic = readonly [format: SniffFormat, at: number, hex: string, confidence?: SniffConfidence];

/** Signatures from the specification or the reference reader of each format. */
const MAGICS: readonly Magic[] = [
  ["gguf", 0, "47475546"],
  // ggml, ggmf, ggjt and ggla as numbers, in either byte order.
  ["ggml-old", 0, "6c6d6767"],
  ["ggml-old", 0, "666d6767"],
  ["ggml-old", 0, "746a6767"],
  ["ggml-old", 0, "616c6767"],
  ["ggml-old", 0, "67676d6c"],
  ["ggml-old", 0, "67676d66"],
  ["ggml-old", 0, "67676a74"],
  ["ggml-old", 0, "67676c61"],
  ["zip", 0, "504b0304"],
  ["zip", 0, "504b0506"],
  ["zip", 0, "504b0708", "likely"],
  ["gzip", 0, "1f8b08"],
  ["xz", 0, "fd377a585a00"],
  ["lzma", 0, "5d0000", "weak"],
  ["bzip2", 0, "425a68..314159265359"],
  ["bzip2", 0, "425a68..177245385090"],
  ["zstd", 0, "28b52ffd"],
  ["lz4", 0, "04224d18"],
  ["lz4", 0, "02214c18"],
  ["7z", 0, "377abcaf271c"],
  ["rar", 0, "526172211a07"],
  ["tar", 257, "7573746172"],
  ["hdf5", 0, "894844460d0a1a0a"],
  ["hdf5", 512, "894844460d0a1a0a"],
  ["hdf5", 1024, "894844460d0a1a0a"],
  ["hdf5", 2048, "894844460d0a1a0a"],
  ["npy", 0, "934e554d5059"],
  ["tflite", 4, "54464c33", "likely"],
  ["sqlite", 0, "53514c69746520666f726d6174203300"],
  ["png", 0, "89504e470d0a1a0a"],
  ["jpeg", 0, "ffd8ff"],
  ["gif", 0, "474946383761"],
  ["gif", 0, "474946383961"],
  ["webp", 0, "52494646........57454250"],
  ["pdf", 0, "255044462d"],
  ["elf", 0, "7f454c46"],
  // A program for several systems at once, as llamafile ships: shell script and MZ in one.
  ["ape", 0, "4d5a71467044"],
  ["macho", 0, "feedface"],
  ["macho", 0, "feedfacf"],
  ["macho", 0, "cefaedfe"],
  ["macho", 0, "cffaedfe"],
  ["wasm", 0, "0061736d"],
];

/** Formats whose signature is in its place; a file can carry several. */
export function sniffMagics(head: Uint8Array): Sniffed[] {
  return MAGICS.flatMap(([format, at, hex, confidence = "certain"]) => {
    if (!matches(head, at, hex)) return [];
    // Only a superblock further on means that the format begins there.
    return [{ format, confidence, offset: format === "hdf5" ? at : 0 }];
  });
}

function matches(head: Uint8Array, at: number, hex: string): boolean {
  if (at + hex.length / 2 > head.length) return false;
  for (let index = 0; index < hex.length; index += 2) {
    const digits = hex.slice(index, index + 2);
    if (digits !== ".." && head[at + index / 2] !== Number.parseInt(digits, 16)) return false;
  }
  return true;
}
