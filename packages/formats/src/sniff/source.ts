import type { ByteSource } from "../source/byte-source.ts";
import { sniff, SNIFF_BYTES } from "./sniff.ts";
import type { Sniffed } from "./types.ts";

/**
 * Tells which formats a whole source can be read as: what its beginning matches, surest first, and what
 * readers find without looking at the beginning.
 *
 * A zip reader looks for the directory at the end, and an HDF5 reader at doubling offsets: whatever comes
 * first, they find their own, so that a picture or a text can be an archive too.
 * @throws FormatError `io` and `changed` from the source.
 */
export function sniffSource(source: ByteSource): readonly Sniffed[] {
  const formats = sniff(source.read(0, Math.min(SNIFF_BYTES, source.size)), source.size);
  const has = (format: Sniffed["format"]): boolean => formats.some((one) => one.format === format);
  const zip: Sniffed = { format: "zip", confidence: "certain", offset: 0 };
  return [
    ...formats,
    ...(has("zip") || !endsAsZip(source) ? [] : [zip]),
    ...(has("hdf5") ? [] : hdf5FurtherOn(source)),
  ];
}

/** Bytes of the end record, and of the longest comment behind it (APPNOTE 4.3.16). */
const END_BYTES = 22;
const COMMENT_MAX_BYTES = 65_535;

/** True when the end of a file holds the end record of a zip archive whose directory lies before it. */
function endsAsZip(source: ByteSource): boolean {
  const length = Math.min(source.size, END_BYTES + COMMENT_MAX_BYTES);
  const start = source.size - length;
  const bytes = source.read(start, length);
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (
    let at = tail.lastIndexOf("PK\u0005\u0006");
    at >= 0;
    at = at === 0 ? -1 : tail.lastIndexOf("PK\u0005\u0006", at - 1)
  ) {
    if (at + END_BYTES > tail.length) continue;
    const oneDisk = tail.readUInt16LE(at + 4) === 0 && tail.readUInt16LE(at + 6) === 0;
    const size = tail.readUInt32LE(at + 12);
    if (oneDisk && (size === 0xffffffff || size <= start + at)) return true;
  }
  return false;
}

const HDF5_MARK = Buffer.from("894844460d0a1a0a", "hex");

/** HDF5 may begin at 0, 512, 1,024 and so on, doubling (HDF5 file format, III.A); the head shows the first ones. */
function hdf5FurtherOn(source: ByteSource): Sniffed[] {
  for (let at = SNIFF_BYTES; at + HDF5_MARK.length <= source.size; at *= 2) {
    if (HDF5_MARK.equals(source.read(at, HDF5_MARK.length))) {
      return [{ format: "hdf5", confidence: "certain", offset: at }];
    }
  }
  return [];
}
