import { readFileSync } from "node:fs";
import { zstdCompressSync } from "node:zlib";
import { decodeBytes } from "../kit/compress-read.ts";
import { gzipMember } from "../kit/gzip.ts";
const rep = (b: Uint8Array, n: number) => { const o = new Uint8Array(b.length*n); for (let i=0;i<n;i++) o.set(b, i*b.length); return o; };
const time = (name: string, f: any, b: Uint8Array) => { const t = performance.now(); const p = decodeBytes(f, b); const ms=performance.now()-t; console.log(name, b.length, p.value.bytes.length, p.faults.map(x=>x.limit?.name??x.code).slice(0,3), ms.toFixed(0)+"ms", (p.value.bytes.length/1e3/ms).toFixed(0)+"MB/s", (process.memoryUsage().rss/1e6).toFixed(0)+"MB"); };
time("gzip empty", "gzip", rep(gzipMember({}), 300000));
time("zstd small", "zstd", rep(zstdCompressSync("a"), 300000));
for (const e of [["gzip","gz"],["bzip2","bz2"],["xz","xz"],["lzma","lzma"],["lz4","lz4"],["zstd","zst"]] as const) { const b = readFileSync("/tmp/big."+e[1]); for (let i=0;i<3;i++) time(e[0], e[0], b); }
