import type { Cursor, Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import type { EndValues } from "./end.ts";
import { readEnd64Record } from "./end64.ts";
import { END64_BYTES, END_BYTES, LOCATOR_BYTES, LOCATOR_SIGNATURE } from "./fields.ts";
import type { ZipReader } from "./types.ts";

/** A directory as one reader finds it from an end record. */
export type DirectoryView = {
  readonly reader: ZipReader;
  readonly start: number;
  readonly end: number;
  /** Records after which the reader stops, whatever follows. */
  readonly count: number | undefined;
  /** What it adds to the offsets of local headers. */
  readonly shift: number;
};

/** Who takes an end record. */
export type EndTakers = { readonly python: boolean; readonly torch: boolean };

/**
 * All directories that an end record at `at` leads to.
 *
 * Python counts back from the record, by the sizes it states, and moves every offset by what that differs
 * from the stated place; it takes the zip64 record just before the locator. PyTorch goes to the stated places.
 */
export function* viewsOf(cursor: Cursor, at: number, by: EndTakers): Reading<DirectoryView[]> {
  cursor.seek(at);
  yield* cursor.fill(END_BYTES);
  const short = readValues(cursor, at);
  const locator = yield* readLocator(cursor, at);
  const views: DirectoryView[] = [];
  const add = (view: DirectoryView | undefined): void => {
    if (view !== undefined && view.end <= cursor.size) views.push(view);
  };
  const before = at - LOCATOR_BYTES - END64_BYTES;
  const near = locator === undefined ? undefined : yield* wide(cursor, before);
  const told = locator === undefined ? undefined : yield* wide(cursor, locator.at);
  const isOnDisks = locator !== undefined && (locator.disk !== 0 || locator.disks > 1);
  const python = by.python && !isOnDisks ? "python-zipfile" : "directory";
  add(near === undefined ? counted(short, at, python) : counted(near, before, python));
  const isWide = told === undefined || locator?.disks === 1;
  const torch = by.torch && isWide && isOneDisk(told ?? short) ? "torch/miniz" : "directory";
  add(stated(told ?? short, torch));
  if (near !== undefined) {
    add(counted(short, at, "directory"));
    add(stated(near, "directory"));
  }
  if (told !== undefined) add(stated(short, "directory"));
  return views;
}

/** PyTorch's reader refuses what spans disks; one that is called 1 is one. */
function isOneDisk({ disk, directoryDisk, diskCount, count }: EndValues): boolean {
  return diskCount === count && disk === directoryDisk && disk <= 1;
}

function counted(values: EndValues, end: number, reader: ZipReader): DirectoryView | undefined {
  const start = end - values.directorySize;
  if (start < 0) return undefined;
  return { reader, start, end, count: undefined, shift: start - values.directoryOffset };
}

function stated(values: EndValues, reader: ZipReader): DirectoryView {
  const { directoryOffset: start, directorySize, count } = values;
  return { reader, start, end: start + directorySize, count, shift: 0 };
}

/** The end record in the window at the cursor. */
function readValues(cursor: Cursor, at: number): EndValues {
  cursor.seek(at + 4);
  const disk = cursor.u16();
  const directoryDisk = cursor.u16();
  const diskCount = cursor.u16();
  const count = cursor.u16();
  const directorySize = cursor.u32();
  const directoryOffset = cursor.u32();
  return { disk, directoryDisk, diskCount, count, directorySize, directoryOffset };
}

type Locator = { readonly disk: number; readonly at: number; readonly disks: number };

function* readLocator(cursor: Cursor, end: number): Reading<Locator | undefined> {
  if (end < LOCATOR_BYTES) return undefined;
  cursor.seek(end - LOCATOR_BYTES);
  yield* cursor.fill(LOCATOR_BYTES);
  if (cursor.u32() !== LOCATOR_SIGNATURE) return undefined;
  const disk = cursor.u32();
  const at = Number(cursor.u64());
  return { disk, at, disks: cursor.u32() };
}

function* wide(cursor: Cursor, at: number): Reading<EndValues | undefined> {
  if (at < 0 || at + END64_BYTES > cursor.size) return undefined;
  // What is wrong with it was told by the strict reading.
  return (yield* readEnd64Record(cursor, at, new FaultList()))?.values;
}
