import type { Cursor, Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import { readCentral, type CentralRecord } from "./central.ts";
import { CENTRAL_BYTES } from "./fields.ts";
import type { ZipLimits } from "./limits.ts";
import { isListedByPython, isListedByTorch } from "./readers.ts";
import type { Sightings } from "./sightings.ts";
import type { DirectoryView } from "./views.ts";

/** A directory as it lies, whoever reads it. */
type Directory = {
  readonly records: readonly CentralRecord[];
  /** Every byte of it belongs to a record. */
  readonly isRead: boolean;
  /** No name is said to be UTF-8 and is not: Python refuses an archive with such a one. */
  readonly isNamed: boolean;
};

/** Reads directories, each once, as long as there are bytes to spend on them. */
export class Directories {
  readonly #cursor: Cursor;
  readonly #limits: ZipLimits;
  readonly #faults: FaultList;
  readonly #read = new Map<string, Directory>();
  #left: number;

  constructor(cursor: Cursor, limits: ZipLimits, faults: FaultList) {
    this.#cursor = cursor;
    this.#limits = limits;
    this.#faults = faults;
    this.#left = limits.directoryBytes;
  }

  /** Adds the records of a directory for the reader that finds it so, unless that gives up. */
  *read(view: DirectoryView, sightings: Sightings): Reading<void> {
    const { start, end, shift, count, reader } = view;
    const key = `${start}:${end}`;
    const directory = this.#read.get(key) ?? (yield* this.#open(start, end));
    this.#read.set(key, directory);
    const records = directory.records.slice(0, count);
    const isWhole =
      reader === "torch/miniz"
        ? records.length === count && records.every(isListedByTorch)
        : directory.isRead && directory.isNamed && records.every(isListedByPython);
    for (const record of records) {
      sightings.addRecord(record, shift, isWhole ? reader : "directory");
    }
  }

  *#open(start: number, end: number): Reading<Directory> {
    if (end - start > this.#left) {
      const { directoryBytes } = this.#limits;
      this.#faults.keep(FormatError.limit("ZIP_MAX_DIRECTORY_BYTES", directoryBytes, start));
      return { records: [], isRead: false, isNamed: true };
    }
    this.#left -= end - start;
    const records: CentralRecord[] = [];
    // What is wrong with it was told by the strict reading, but for limits.
    const faults = new FaultList();
    let isRead = start === end;
    if (start + CENTRAL_BYTES <= end) {
      isRead = yield* readCentral(this.#cursor, { start, end }, this.#limits, records, faults);
    }
    const found = new Set(faults.list.map(({ code }) => code));
    const limit = faults.list.find(({ limit }) => limit?.name === "ARCHIVE_MAX_MEMBERS");
    if (limit !== undefined) this.#faults.keep(limit);
    return { records, isRead, isNamed: !found.has("bad-encoding") };
  }
}
