import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";

import {
  appendJoblibArray,
  buildTar,
  buildZip,
  bzip2Stream,
  lz4Frame,
  lzma2Stored,
  PickleAssembler,
  writeNpy,
  xzStream,
} from "@plimsoll/formats/kit";

/** A file to put into a container, or that container. */
export type Wrapped = { readonly name: string; readonly bytes: Uint8Array };

/** Puts a file into a container, under a name as tools give it. */
export type Wrapper = (file: Wrapped) => Wrapped;

/** What lz4 and xz writers of ours hold in one block. */
const BLOCK = 60_000;

/** Containers that keep a file as it is, with its name. */
export const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  stored: ({ name, bytes }) => ({
    name: "a.zip",
    bytes: buildZip({ members: [{ name, data: bytes }] }),
  }),
  deflated: ({ name, bytes }) => ({
    name: "b.zip",
    bytes: buildZip({
      members: [
        { name: "NOTICE.txt", data: "words" },
        { name, data: bytes, method: 8 },
      ],
    }),
  }),
  zstandard: ({ name, bytes }) => ({
    name: "c.zip",
    bytes: buildZip({ members: [{ name, data: bytes, method: 93 }] }),
  }),
  tar: ({ name, bytes }) => ({ name: "d.tar", bytes: buildTar([{ name, data: bytes }]) }),
  gzip: ({ name, bytes }) => ({ name: `${name}.gz`, bytes: gzipSync(bytes) }),
  zlib: ({ name, bytes }) => ({ name: `${name}.z`, bytes: deflateSync(bytes) }),
  bzip2: ({ name, bytes }) => ({ name: `${name}.bz2`, bytes: bzip2Stream(bytes) }),
  zstd: ({ name, bytes }) => ({ name: `${name}.zst`, bytes: zstdCompressSync(bytes) }),
  lz4: ({ name, bytes }) => ({
    name: `${name}.lz4`,
    bytes: lz4Frame({ blocks: blocksOf(bytes).map((stored) => ({ stored })), content: bytes }),
  }),
  xz: ({ name, bytes }) => ({
    name: `${name}.xz`,
    bytes: xzStream({
      blocks: blocksOf(bytes).map((block) => ({
        lzma2: lzma2Stored(block),
        length: block.length,
      })),
    }),
  }),
};

/** Containers that hold a pickle in place of an array's elements. */
export const PICKLE_WRAPPERS: Readonly<Record<string, Wrapper>> = {
  npy: ({ bytes }) => ({ name: "o.npy", bytes: objects(bytes) }),
  npz: ({ bytes }) => ({
    name: "o.npz",
    bytes: buildZip({ members: [{ name: "arr_0.npy", data: objects(bytes), method: 8 }] }),
  }),
  joblib: ({ bytes }) => ({
    name: "o.joblib",
    bytes: appendJoblibArray(new PickleAssembler().proto(4), { code: "O8", data: bytes })
      .stop()
      .bytes(),
  }),
};

function objects(pickle: Uint8Array): Uint8Array {
  return writeNpy({ descr: "'|O'", shape: "(2,)", data: pickle });
}

function blocksOf(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / BLOCK) }, (_, index) =>
    bytes.subarray(index * BLOCK, (index + 1) * BLOCK),
  );
}
