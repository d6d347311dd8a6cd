/** A format that the beginning of a file can show. */
export type SniffFormat =
  | "gguf"
  | "ggml-old"
  | "safetensors"
  | "zip"
  | "pickle"
  | "gzip"
  | "zlib"
  | "xz"
  | "lzma"
  | "bzip2"
  | "zstd"
  | "lz4"
  | "7z"
  | "rar"
  | "tar"
  | "hdf5"
  | "npy"
  | "tflite"
  | "sentencepiece"
  | "tiktoken"
  | "sqlite"
  | "png"
  | "jpeg"
  | "gif"
  | "webp"
  | "pdf"
  | "elf"
  | "pe"
  | "ape"
  | "macho"
  | "wasm"
  | "java-class"
  | "lfs-pointer"
  | "html"
  | "json"
  | "script"
  | "text"
  | "utf-16"
  | "empty"
  | "unknown";

/**
 * How sure a match is: `certain` (a signature made for it), `likely` (fits, and little else would),
 * `weak` (fits, as other things would).
 */
export type SniffConfidence = "certain" | "likely" | "weak";

/** One format that a file's beginning matches. */
export type Sniffed = {
  readonly format: SniffFormat;
  readonly confidence: SniffConfidence;
  /** Where the format begins, in bytes. */
  readonly offset: number;
};
