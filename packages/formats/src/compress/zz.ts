import { readFileSync } from "node:fs";
import { decodeBytes } from "../kit/compress-read.ts";
const time = (name: string, f: any, b: Uint8Array) => { const t = performance.now(); const p = decodeBytes(f, b); const ms=performance.now()-t; console.log(name, b.length, p.value.bytes.length, (p.value.bytes.length/1e3/ms).toFixed(0)+"MB/s"); };
const only = process.argv[2];
for (const e of [["gzip","gz"],["bzip2","bz2"],["xz","xz"],["lzma","lzma"],["lz4","lz4"],["zstd","zst"]] as const) { if (only && e[0]!==only) continue; const b = readFileSync("/tmp/big."+e[1]); for (let i=0;i<4;i++) time(e[0], e[0], b); }
