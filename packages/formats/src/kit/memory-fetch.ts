import type { RangeFetch } from "../source/range/types.ts";

/** A fetcher over bytes in memory, and what was asked of it. */
export type MemoryFetch = {
  readonly fetch: RangeFetch;
  readonly requests: () => number;
  /** Bytes of bodies sent. */
  readonly bytes: () => number;
};

/** Answers as an honest server does, without one. `size` is that of the file, where what is behind `file` is zeros. */
export function memoryFetch(file: Uint8Array, size: number = file.length): MemoryFetch {
  let requests = 0;
  let bytes = 0;
  const answer: RangeFetch = (_, { headers }) => {
    requests += 1;
    const [, first = "0", last = "0"] = /^bytes=(\d+)-(\d+)$/u.exec(headers["range"] ?? "") ?? [];
    const start = Number(first);
    const body = new Uint8Array(Math.max(0, Math.min(Number(last) + 1, size) - start));
    body.set(file.subarray(start, start + body.length));
    bytes += body.length;
    const isThere = body.length > 0;
    const part = isThere ? `${start}-${start + body.length - 1}` : "*";
    return Promise.resolve({
      status: isThere ? 206 : 416,
      headers: new Headers({ "content-range": `bytes ${part}/${size}`, etag: '"one"' }),
      body: (async function* () {
        yield body;
      })(),
    });
  };
  return { fetch: answer, requests: () => requests, bytes: () => bytes };
}
