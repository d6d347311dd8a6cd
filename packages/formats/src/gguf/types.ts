/** How a tensor type is stored: rows are cut into blocks of equal size. */
export type GgmlType = {
  /** Number in the file. */
  readonly id: number;
  /** Name as people write it: `F32`, `Q4_K`. */
  readonly name: string;
  /** Elements of one block; a row holds a whole number of blocks. */
  readonly blockElements: number;
  /** Bytes of one block. */
  readonly blockBytes: number;
  /** `working` types live in memory during a multiplication and belong in no file. */
  readonly use: "stored" | "working";
};

/**
 * The tensor types, by number.
 *
 * Numbers that are absent were removed from the format (4, 5, 31–33, 36–38) or are newer than this table.
 * @see https://github.com/ggml-org/ggml commit d99724f, include/ggml.h (numbers) and src/ggml-common.h
 * (block layouts), read 2026-11-22
 */
const TABLE: readonly GgmlType[] = [
  stored(0, "F32", 1, 4),
  stored(1, "F16", 1, 2),
  stored(2, "Q4_0", 32, 18),
  stored(3, "Q4_1", 32, 20),
  stored(6, "Q5_0", 32, 22),
  stored(7, "Q5_1", 32, 24),
  stored(8, "Q8_0", 32, 34),
  working(9, "Q8_1", 32, 36),
  stored(10, "Q2_K", 256, 84),
  stored(11, "Q3_K", 256, 110),
  stored(12, "Q4_K", 256, 144),
  stored(13, "Q5_K", 256, 176),
  stored(14, "Q6_K", 256, 210),
  working(15, "Q8_K", 256, 292),
  stored(16, "IQ2_XXS", 256, 66),
  stored(17, "IQ2_XS", 256, 74),
  stored(18, "IQ3_XXS", 256, 98),
  stored(19, "IQ1_S", 256, 50),
  stored(20, "IQ4_NL", 32, 18),
  stored(21, "IQ3_S", 256, 110),
  stored(22, "IQ2_S", 256, 82),
  stored(23, "IQ4_XS", 256, 136),
  stored(24, "I8", 1, 1),
  stored(25, "I16", 1, 2),
  stored(26, "I32", 1, 4),
  stored(27, "I64", 1, 8),
  stored(28, "F64", 1, 8),
  stored(29, "IQ1_M", 256, 56),
  stored(30, "BF16", 1, 2),
  stored(34, "TQ1_0", 256, 54),
  stored(35, "TQ2_0", 256, 66),
  stored(39, "MXFP4", 32, 17),
  stored(40, "NVFP4", 64, 36),
  stored(41, "Q1_0", 128, 18),
  stored(42, "Q2_0", 64, 18),
];

/** Tensor types by their number in the file. */
export const GGML_TYPES: ReadonlyMap<number, GgmlType> = new Map(
  TABLE.map((type) => [type.id, type]),
);

/** Tensor types by name. */
export const GGML_TYPES_BY_NAME: ReadonlyMap<string, GgmlType> = new Map(
  TABLE.map((type) => [type.name, type]),
);

function stored(id: number, name: string, blockElements: number, blockBytes: number): GgmlType {
  return { id, name, blockElements, blockBytes, use: "stored" };
}

function working(id: number, name: string, blockElements: number, blockBytes: number): GgmlType {
  return { id, name, blockElements, blockBytes, use: "working" };
}
