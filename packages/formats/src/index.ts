export { Budget, DEFAULT_BUDGET, type BudgetLimits } from "./core/budget.ts";
export { Cursor, type Need, type Reading } from "./core/cursor.ts";
export { DEFAULT_WINDOW_BYTES, runSync } from "./core/driver.ts";
export { FormatError, type FormatErrorCode, type FormatErrorDetail } from "./core/format-error.ts";
export type { ByteRange, Parsed } from "./core/parsed.ts";
export type { ByteSource } from "./source/byte-source.ts";
export { fileSource, type FileSource } from "./source/file.ts";
export { memorySource } from "./source/memory.ts";
export { sliceSource } from "./source/slice.ts";
