import { runSync } from "../../core/driver.ts";
import { FormatError, type FormatErrorCode } from "../../core/format-error.ts";
import type { Reading } from "../../core/cursor.ts";
import type { Parsed } from "../../core/parsed.ts";
import type { ByteSource } from "../../source/byte-source.ts";
import { memorySource } from "../../source/memory.ts";
import type { Codes, FaultCell, FormatFaults } from "./types.ts";

/** Reads a source to the codes of what is wrong with it. */
export type ReadCodes = (source: ByteSource) => Codes;

/** A reader as the matrix runs it: what it keeps, or what it throws. */
export function codesOf<T>(
  read: (size: number) => Reading<Parsed<T>>,
  more: (value: T, source: ByteSource) => Codes = () => [],
): ReadCodes {
  return (source) => {
    try {
      // Windows of 64 bytes, so that a source may fail on the way.
      const { value, faults } = runSync(read(source.size), source, 64);
      return [...faults.map(({ code }) => code), ...more(value, source)];
    } catch (error) {
      return [codeOfError(error)];
    }
  };
}

/** The code of what a reader threw. @throws what is no FormatError. */
export function codeOfError(error: unknown): FormatErrorCode {
  if (FormatError.isInstance(error)) return error.code;
  throw error;
}

/** Makes the cells of one format from its reader. */
export class CellMaker {
  readonly #read: ReadCodes;
  readonly #sound: () => Uint8Array;

  constructor(read: ReadCodes, sound: () => Uint8Array) {
    this.#read = read;
    this.#sound = sound;
  }

  /** A table of cells, with those that every source can have. */
  table(
    format: string,
    read: string,
    cells: Omit<FormatFaults["cells"], "io" | "changed">,
  ): FormatFaults {
    const sound = this.#sound;
    return {
      format,
      read,
      sound: () => this.#read(memorySource(sound())),
      cells: { ...cells, io: this.#failing("io"), changed: this.#failing("changed") },
    };
  }

  /** A fault that is told by its own code. */
  caught(name: string, bytes: () => Uint8Array, read: ReadCodes = this.#read): FaultCell {
    return { kind: "caught", name, codes: () => read(memorySource(bytes())) };
  }

  /** A fault that is told by another code. */
  caughtAs(
    as: FormatErrorCode,
    name: string,
    bytes: () => Uint8Array,
    read: ReadCodes = this.#read,
  ): FaultCell {
    return { kind: "caught", name, as, codes: () => read(memorySource(bytes())) };
  }

  /** A fault that is not told, or not well enough. */
  open(name: string, bytes: () => Uint8Array, told: Codes, instead: string): FaultCell {
    return { kind: "open", name, told, instead, codes: () => this.#read(memorySource(bytes())) };
  }

  #failing(code: "io" | "changed"): FaultCell {
    const name = code === "io" ? "the source fails on the way" : "the source changes on the way";
    return { kind: "caught", name, codes: () => this.#read(failingSource(this.#sound(), code)) };
  }
}

/** A fault that the format cannot have. */
export function never(reason: string): FaultCell {
  return { kind: "not-applicable", reason };
}

/** Reasons that many formats share. */
export const NO_ENCRYPTION: FaultCell = never("the format has no encryption");
export const NO_SUMS: FaultCell = never("the format stores no sums");
export const NO_VERSION: FaultCell = never("the format has no version");
export const NO_OFFSETS: FaultCell = never("parts follow one another: nothing states an offset");
export const NO_NAMES: FaultCell = never("nothing in it has a name");

/** The first read succeeds, all others fail; of one that is read at once, the only one. */
function failingSource(bytes: Uint8Array, code: "io" | "changed"): ByteSource {
  let reads = 0;
  return {
    ...memorySource(bytes),
    read: (offset, length) => {
      reads += 1;
      if (reads > 1 || length >= bytes.length) {
        throw new FormatError(code, "made to fail", { offset });
      }
      return bytes.slice(offset, offset + length);
    },
  };
}
