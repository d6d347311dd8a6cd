import { Buffer } from "node:buffer";

import type { SniffConfidence, Sniffed } from "./types.ts";

/** Longest header that the reference reader of safetensors accepts. */
const SAFETENSORS_MAX_HEADER = 100_000_000;

/** Formats without a signature of their own: judged by what their first fields say. */
export function sniffContainers(head: Uint8Array): Sniffed[] {
  const found: Sniffed[] = [];
  const add = (format: Sniffed["format"], confidence: SniffConfidence | undefined): void => {
    if (confidence !== undefined) found.push({ format, confidence, offset: 0 });
  };
  add("safetensors", safetensors(head));
  add("pickle", pickle(head) ?? oldPickle(head));
  add("zlib", zlib(head));
  add("tar", oldTar(head));
  return found;
}

/** A header length of 64 bits that a header can have, then the brace of its JSON. */
function safetensors(head: Uint8Array): SniffConfidence | undefined {
  if (head.length < 9) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getBigUint64(0, true) > BigInt(SAFETENSORS_MAX_HEADER)) return undefined;
  if (head[8] === 0x7b) return "likely";
  // The reference reader lets white space pass before the brace.
  const start = head.subarray(8).findIndex((byte) => !SPACE.has(byte));
  return start >= 0 && head[8 + start] === 0x7b ? "weak" : undefined;
}

const SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** The PROTO opcode; from protocol 4 on a frame follows at once in what Python writes. */
function pickle(head: Uint8Array): SniffConfidence | undefined {
  const [opcode, protocol, next] = head;
  if (opcode !== 0x80 || protocol === undefined || protocol > 5) return undefined;
  if (protocol < 2) return "weak";
  return protocol >= 4 && next === 0x95 ? "certain" : "likely";
}

/** Beginnings of protocols 0 and 1, which have no header: an import, a dict, a list, a tuple. */
const OLD_PICKLES: readonly RegExp[] = [
  /^[ci][\w.]+\n[\w.]+\n(?:p\d+\n|[(q)])/,
  /^\((?:[dlt]p\d+\n|[ci][\w.]+\n|S['"])/,
  /^[}\]]q\0/,
];

function oldPickle(head: Uint8Array): SniffConfidence | undefined {
  const start = head.subarray(0, 256);
  const text = Buffer.from(start.buffer, start.byteOffset, start.byteLength).toString("latin1");
  return OLD_PICKLES.some((pattern) => pattern.test(text)) ? "weak" : undefined;
}

/** RFC 1950 section 2.2: deflate with a window up to 32 KiB, and a check value of both bytes. */
function zlib(head: Uint8Array): SniffConfidence | undefined {
  const [first = 0, second = 0] = head;
  if (head.length < 6 || (first & 0x0f) !== 8 || first >>> 4 > 7) return undefined;
  return ((first << 8) | second) % 31 === 0 ? "weak" : undefined;
}

const TAR_BLOCK = 512;

/** A tar from before ustar has no signature, but its header's checksum is right. */
function oldTar(head: Uint8Array): SniffConfidence | undefined {
  if (head.length < TAR_BLOCK || head[257] === 0x75) return undefined;
  const field = String.fromCharCode(...head.subarray(148, 156));
  const digits = /^ *([0-7]{1,7})[ \0]*$/.exec(field)?.[1];
  if (digits === undefined) return undefined;
  let sum = 8 * 0x20;
  for (let at = 0; at < TAR_BLOCK; at += 1) {
    if (at < 148 || at >= 156) sum += head[at] ?? 0;
  }
  return sum === Number.parseInt(digits, 8) ? "likely" : undefined;
}
