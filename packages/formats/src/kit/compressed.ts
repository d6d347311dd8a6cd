/**
 * One text as other programs compress it, for formats that we only read. Made with Python 3.11:
 * `text = "".join(f"line {i} {i*i}\n" for i in range(40)).encode()`, then the call beside each.
 */
export function compressedText(): string {
  return Array.from({ length: 40 }, (_, line) => `line ${line} ${line * line}\n`).join("");
}

/** `bz2.compress(text, 1).hex()`: blocks of up to 100,000 bytes. */
export const BZIP2_TEXT: Uint8Array = fromHex(
  "425a6831314159265359bdea5d5c0000c05900001040007fe002253000d6d9868ca328fd423113da4d28f514d3" +
    "0488a4dbd54fd41a3692cf7750eea21dc43ab887710d0d0e7f62a37c71fe92fa7aeeb257f6a9846371a8d1a6ad" +
    "e9a8f32f5c66536d522c596f6624eb2756463c9a7424e716a000a6209297ace257a4c47399e9d74a3e7285cede" +
    "d31f797909963155d546d801e6ed22f294c76f96e916a6921177d8fceb2c75c7325f2eaab60236023d011b011f" +
    "0bb9229c28485ef52eae00",
);

/** `lzma.compress(text).hex()`: one block, CRC-64. */
export const XZ_TEXT: Uint8Array = fromHex(
  "fd377a585a000004e6d6b4460200210116000000742fe5a3e001cf00ab5d00361a4a1f08a02890225a6654dace" +
    "8edd1eccf3e41a3c29c3c64c2f5ca1fed0303f21cd243741225e7e5dfe8f379c3b0b6b6e40bef671127f2f8833" +
    "9807689232f4a0be6fcd700c96e9079fd84203669fc6451fc54eadf4a3ad345fc3f0e354047f5c22303939b15c" +
    "736a5fb09d1334a69fcadd468449d89d8371c22e5183255fcc2d80a7671128348ca23fe0e39dd34d91a2875cf5" +
    "974140bf2530fbdf267659f5aa92d485177f4db5dde00000ba0550c9e98a99ee0001c701d0030000a1d4cad6b1" +
    "c467fb020000000004595a",
);

/** `lzma.compress(text, format=lzma.FORMAT_ALONE).hex()`: length unknown, with an end mark. */
export const LZMA_TEXT: Uint8Array = fromHex(
  "5d00008000ffffffffffffffff00361a4a1f08a02890225a6654dace8edd1eccf3e41a3c29c3c64c2f5ca1fed0" +
    "303f21cd243741225e7e5dfe8f379c3b0b6b6e40bef671127f2f88339807689232f4a0be6fcd700c96e9079fd8" +
    "4203669fc6451fc54eadf4a3ad345fc3f0e354047f5c22303939b15c736a5fb09d1334a69fcadd468449d89d83" +
    "71c22e5183255fcc2d80a7671128348ca23fe0e39dd34d91a2875cf5974140bf2530fbdf267659f5aa92d48517" +
    "7f50148ac7fffed972ea",
);

/**
 * A copy from 4,508 bytes back, with a dictionary of 8 MiB:
 * `lzma.compress(b"abcdefgh" + bytes(4500) + b"abcdefgh", format=lzma.FORMAT_ALONE).hex()`
 */
export const LZMA_FAR: Uint8Array = fromHex(
  "5d00008000ffffffffffffffff00309888983ecbe26f318e334a54df5a331c0a693b50c3865daa6147dfaae8fc1d76bd4f97c501ebffffc60c9f00",
);

/** The LZMA2 data of `XZ_TEXT`: one chunk and the end. */
export function lzma2Text(): Uint8Array {
  return XZ_TEXT.slice(24, 24 + 6 + 172 + 1);
}

/** `LZMA_TEXT` with its length told and no end mark, as the LZMA SDK writes. */
export function lzmaTextWithLength(length: number = compressedText().length): Uint8Array {
  const header = LZMA_TEXT.slice(0, 13);
  new DataView(header.buffer).setBigUint64(5, BigInt(length), true);
  return Uint8Array.from([...header, ...lzma2Text().subarray(6, -1)]);
}

function fromHex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, "hex"));
}
