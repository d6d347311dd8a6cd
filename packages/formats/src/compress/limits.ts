import { INFLATE_MAX_RATIO, INFLATE_RATIO_FREE_BYTES } from "../zip/limits.ts";

/** Bytes that one compressed file may become: they are kept in memory, whole (CWE-409). */
export const COMPRESS_MAX_OUTPUT = 268_435_456;

/** Compressed bytes that are read of one file. What decodes to the limit above needs no more, unless it is padding (CWE-834). */
export const COMPRESS_MAX_INPUT = 335_544_320;

/** Members, frames and blocks of one file together: each costs tables, even when it holds nothing (CWE-834). */
export const COMPRESS_MAX_BLOCKS = 250_000;

/** Bytes of an extra field, a file name or a comment in a gzip header: they are kept, or looked at byte by byte (CWE-770). */
export const GZIP_MAX_TEXT = 65_536;

/** Dictionary that an LZMA stream may ask its loader to allocate; the strongest preset of xz asks for 64 MiB (CWE-789). */
export const LZMA_MAX_DICT = 268_435_456;

/** The limits above, so that a caller can lower them and a test can reach them. */
export type CompressLimits = {
  readonly output: number;
  readonly input: number;
  readonly blocks: number;
  readonly text: number;
  readonly dictionary: number;
  /** Output per input byte, and the output below which it is not asked. */
  readonly ratio: number;
  readonly ratioFree: number;
};

/** What compressed model files need; larger ones are read up to here. */
export const DEFAULT_COMPRESS_LIMITS: CompressLimits = {
  output: COMPRESS_MAX_OUTPUT,
  input: COMPRESS_MAX_INPUT,
  blocks: COMPRESS_MAX_BLOCKS,
  text: GZIP_MAX_TEXT,
  dictionary: LZMA_MAX_DICT,
  ratio: INFLATE_MAX_RATIO,
  ratioFree: INFLATE_RATIO_FREE_BYTES,
};
