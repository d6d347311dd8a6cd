export { Budget, DEFAULT_BUDGET, type BudgetLimits } from "./core/budget.ts";
export { Cursor, type Need, type Reading } from "./core/cursor.ts";
export { DEFAULT_WINDOW_BYTES, runSync } from "./core/driver.ts";
export { runAsync } from "./core/driver-async.ts";
export { FormatError, type FormatErrorCode, type FormatErrorDetail } from "./core/format-error.ts";
export type { ByteRange, Parsed } from "./core/parsed.ts";
export { readGguf, type GgufFile } from "./gguf/parse.ts";
export { openStringFinder } from "./gguf/string-finder.ts";
export type { GgufTensor } from "./gguf/tensor-info.ts";
export type { GgufValue } from "./gguf/values.ts";
export {
  jsonArray,
  jsonBoolean,
  jsonInteger,
  jsonMember,
  jsonNumber,
  jsonObject,
  jsonString,
} from "./json/access.ts";
export { decodeUtf8 } from "./json/decode.ts";
export { parseJson, type JsonValue } from "./json/parse.ts";
export type { AsyncByteSource } from "./source/async-source.ts";
export type { ByteSource } from "./source/byte-source.ts";
export { fileSource, type FileSource } from "./source/file.ts";
export { memorySource } from "./source/memory.ts";
export { rangeSource } from "./source/range/source.ts";
export type {
  RangeFetch,
  RangeRequest,
  RangeResponse,
  RangeSourceOptions,
} from "./source/range/types.ts";
export { sliceSource } from "./source/slice.ts";
export { readSafetensors } from "./safetensors/parse.ts";
export type { SafetensorsFile, SafetensorsTensor } from "./safetensors/types.ts";
export { LFS_POINTER_BYTES, readLfsPointer, type LfsPointer } from "./lfs/pointer.ts";
export {
  sniff,
  SNIFF_BYTES,
  type SniffConfidence,
  type Sniffed,
  type SniffFormat,
} from "./sniff/sniff.ts";
export { sniffSource } from "./sniff/source.ts";
export {
  isPlaced,
  ggufTensors,
  safetensorsTensors,
  type PlacedTensorRef,
  type TensorRef,
} from "./tensors.ts";
export { openMember } from "./zip/damaged.ts";
export { memberSource } from "./zip/member.ts";
export { readZip } from "./zip/parse.ts";
export type { ZipArchive, ZipMember, ZipReader } from "./zip/types.ts";
export type { Effect } from "./pickle/effects.ts";
export { looksLikePickle } from "./pickle/sniff.ts";
export { readPickles, type PickleStream, type PickleStreams } from "./pickle/streams.ts";
export { targetKindOf, type Value as PickleValue } from "./pickle/values.ts";
export {
  decompressorFor,
  type Decompressor,
  type DecompressOptions,
} from "./compress/decompress.ts";
export { readCompressed } from "./compress/read.ts";
export type { CompressedMember, CompressFormat, Decompressed } from "./compress/types.ts";
export type { NpyFile } from "./npy/types.ts";
export { looksLikeNpz, npzArrayName } from "./npy/npz.ts";
export { readNpy } from "./npy/parse.ts";
export { tarMemberSource } from "./tar/member.ts";
export { readTar } from "./tar/parse.ts";
export type { TarArchive, TarKind, TarMember } from "./tar/types.ts";
export type { NpyDtype } from "./npy/dtype.ts";
export { readSentencePiece } from "./sentencepiece/parse.ts";
export { DEFAULT_TRAINER } from "./sentencepiece/specs.ts";
export type {
  NormalizerSpec,
  PieceType,
  SentencePiece,
  SentencePieceModel,
  TrainerSpec,
} from "./sentencepiece/types.ts";
export { readTiktoken, type TiktokenVocabulary } from "./tiktoken/parse.ts";
export { readTekken, type TekkenSpecial, type TekkenVocabulary } from "./tekken/parse.ts";
export { readParquet } from "./parquet/parse.ts";
