/** Pieces of one model. The largest in use have a million; each costs memory (CWE-770). */
export const SENTENCEPIECE_MAX_PIECES = 4_194_304;

/** Bytes of one piece with its score. Real ones have tens; a megabyte of piece is an attack (CWE-770). */
export const SENTENCEPIECE_MAX_PIECE = 65_536;

/** Bytes of the settings of trainer and normaliser. The largest normalisation table in use is 400 kB (CWE-770). */
export const SENTENCEPIECE_MAX_SPEC = 16_777_216;

/** What one model may cost. */
export type SentencePieceLimits = {
  readonly pieces: number;
  readonly piece: number;
  readonly spec: number;
};

/** What models need, many times over. */
export const DEFAULT_SENTENCEPIECE_LIMITS: SentencePieceLimits = {
  pieces: SENTENCEPIECE_MAX_PIECES,
  piece: SENTENCEPIECE_MAX_PIECE,
  spec: SENTENCEPIECE_MAX_SPEC,
};
