export { Budget, DEFAULT_BUDGET, type BudgetLimits } from "./core/budget.ts";
export { Cursor, type Need, type Reading } from "./core/cursor.ts";
export { DEFAULT_WINDOW_BYTES, runSync } from "./core/driver.ts";
export { FormatError, type FormatErrorCode, type FormatErrorDetail } from "./core/format-error.ts";
export type { ByteRange, Parsed } from "./core/parsed.ts";
export { readGguf, type GgufFile } from "./gguf/parse.ts";
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
export type { ByteSource } from "./source/byte-source.ts";
export { fileSource, type FileSource } from "./source/file.ts";
export { memorySource } from "./source/memory.ts";
export { sliceSource } from "./source/slice.ts";
export { readSafetensors } from "./safetensors/parse.ts";
export type { SafetensorsFile, SafetensorsTensor } from "./safetensors/types.ts";
