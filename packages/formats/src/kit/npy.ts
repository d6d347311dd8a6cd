import { concat, layOut, text } from "./records.ts";

/** A `.npy` file to write; every part of it may lie. */
export type NpySpec = {
  /** As Python writes it, quotes included. Default `'<f4'`. */
  readonly descr?: string;
  /** Default `False`. */
  readonly fortranOrder?: string;
  /** Default `(2, 3)`. */
  readonly shape?: string;
  /** The header as text, in place of the one that follows from the above. */
  readonly header?: string | Uint8Array;
  /** Default 1. */
  readonly version?: number;
  readonly minor?: number;
  readonly headerLength?: number;
  /** Default: 24 zeros. */
  readonly data?: Uint8Array;
};

/** Writes a `.npy` file: magic, version, header padded so that data begins at a multiple of 64. */
export function writeNpy(spec: NpySpec): Uint8Array {
  const { descr = "'<f4'", fortranOrder = "False", shape = "(2, 3)", version = 1 } = spec;
  const dict = `{'descr': ${descr}, 'fortran_order': ${fortranOrder}, 'shape': ${shape}, }`;
  const width = version === 1 ? 2 : 4;
  const body = text(spec.header ?? dict);
  const fill = (64 - ((8 + width + body.length + 1) % 64)) % 64;
  const header = spec.header === undefined ? concat([body, text(`${" ".repeat(fill)}\n`)]) : body;
  return concat([
    Uint8Array.of(0x93),
    text("NUMPY"),
    Uint8Array.of(version, spec.minor ?? 0),
    layOut([["length", width]], { length: spec.headerLength ?? header.length }),
    header,
    spec.data ?? new Uint8Array(24),
  ]);
}
