/** Names of all readers that are fuzzed. Names alone: the code must be loaded after counting has begun. */
export const READERS: readonly string[] = [
  ...["gguf", "safetensors", "pickle", "zip", "tar", "npy", "json", "lfs", "sniff"],
  ...["gzip", "zlib", "deflate", "bzip2", "xz", "lzma", "lz4", "zstd"],
  ...["jinja", "yaml"],
];
