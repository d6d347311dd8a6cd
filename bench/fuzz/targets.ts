import { deflate, gzip, zlibTarget } from "./targets/deflates.ts";
import { bzip2, lz4, lzma, xz, zstd } from "./targets/frames.ts";
import { gguf } from "./targets/gguf.ts";
import { lfs, sniffing } from "./targets/heads.ts";
import { json } from "./targets/json.ts";
import { npy } from "./targets/npy.ts";
import { pickle } from "./targets/pickle.ts";
import { jinja, yaml } from "./targets/plimsoll.ts";
import { safetensors } from "./targets/safetensors.ts";
import { tar } from "./targets/tar.ts";
import { zip } from "./targets/zip.ts";
import type { FuzzTarget } from "./target.ts";

/** Every reader that is fuzzed. */
export const TARGETS: readonly FuzzTarget[] = [
  gguf,
  safetensors,
  pickle,
  zip,
  tar,
  npy,
  json,
  lfs,
  sniffing,
  gzip,
  zlibTarget,
  deflate,
  bzip2,
  xz,
  lzma,
  lz4,
  zstd,
  jinja,
  yaml,
];
