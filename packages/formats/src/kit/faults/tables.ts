import { GZIP_FAULTS, ZLIB_FAULTS } from "./deflates.ts";
import { LZ4_FAULTS, ZSTD_FAULTS } from "./frames.ts";
import { GGUF_FAULTS } from "./gguf.ts";
import { HTML_FAULTS, LFS_FAULTS, PROTOBUF_FAULTS, RECOGNISED_FAULTS } from "./heads.ts";
import { JSON_FAULTS } from "./json.ts";
import { BZIP2_FAULTS, LZMA_FAULTS, XZ_FAULTS } from "./lzmas.ts";
import { NPY_FAULTS, NPZ_FAULTS } from "./npy.ts";
import { JOBLIB_FAULTS, PICKLE_FAULTS } from "./pickle.ts";
import { SAFETENSORS_FAULTS } from "./safetensors.ts";
import { TAR_FAULTS } from "./tar.ts";
import { TORCH_FAULTS, TORCH_LEGACY_FAULTS } from "./torch.ts";
import type { FormatFaults } from "./types.ts";
import { ZIP_FAULTS } from "./zip.ts";

/** The matrix: every format by every fault. The tests run it, and the page about formats is made of it. */
export const FORMAT_FAULTS: readonly FormatFaults[] = [
  GGUF_FAULTS,
  SAFETENSORS_FAULTS,
  PICKLE_FAULTS,
  JOBLIB_FAULTS,
  TORCH_FAULTS,
  TORCH_LEGACY_FAULTS,
  ZIP_FAULTS,
  TAR_FAULTS,
  NPY_FAULTS,
  NPZ_FAULTS,
  JSON_FAULTS,
  GZIP_FAULTS,
  ZLIB_FAULTS,
  BZIP2_FAULTS,
  XZ_FAULTS,
  LZMA_FAULTS,
  LZ4_FAULTS,
  ZSTD_FAULTS,
  LFS_FAULTS,
  HTML_FAULTS,
  ...RECOGNISED_FAULTS,
  PROTOBUF_FAULTS,
];
