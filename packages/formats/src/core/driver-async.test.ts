import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";

import { readGguf } from "../gguf/parse.ts";
import { pair, writeGguf } from "../kit/gguf.ts";
import { memoryFetch } from "../kit/memory-fetch.ts";
import { writeNpy } from "../kit/npy.ts";
import { PickleAssembler } from "../kit/pickle.ts";
import { startRangeServer, type RangeServer } from "../kit/range-server.ts";
import { writeSafetensors } from "../kit/safetensors.ts";
import { buildTar } from "../kit/tar.ts";
import { torchZip } from "../kit/torch-zip.ts";
import { readNpy } from "../npy/parse.ts";
import { readPickles } from "../pickle/streams.ts";
import { readSafetensors } from "../safetensors/parse.ts";
import type { AsyncByteSource } from "../source/async-source.ts";
import { memorySource } from "../source/memory.ts";
import { rangeSource } from "../source/range/source.ts";
import { readTar } from "../tar/parse.ts";
import { readZip } from "../zip/parse.ts";
import type { Reading } from "./cursor.ts";
import { runAsync } from "./driver-async.ts";
import { runSync } from "./driver.ts";
import { FormatError } from "./format-error.ts";

const pickle = new PickleAssembler()
  .proto(2)
  .call("posix", "sys" + "tem", "true")
  .stop()
  .bytes();

/** Each format: how it is read, and a file of it that has something of everything. */
const FORMATS: readonly [string, (size: number) => Reading<unknown>, Uint8Array][] = [
  [
    "gguf",
    readGguf,
    writeGguf({
      metadata: [
        pair("general.architecture", "string", "llama"),
        {
          key: "tokens",
          value: { type: "array", values: { of: "string", items: ["a", "", "é"] } },
        },
        { key: "scores", value: { type: "array", values: { of: "f32", items: [1, 2.5] } } },
      ],
      tensors: [
        { name: "a", type: "Q4_0", dims: [32, 2] },
        { name: "b", type: "F32", dims: [3] },
      ],
    }),
  ],
  [
    "safetensors",
    readSafetensors,
    writeSafetensors({
      metadata: { format: "pt" },
      tensors: [
        { name: "a", dtype: "F32", shape: [2, 2] },
        { name: "b", dtype: "I8", shape: [3] },
      ],
    }),
  ],
  ["zip", readZip, torchZip({ pickle, storages: { "0": new Uint8Array(300).fill(7) } })],
  ["pickle", readPickles, pickle],
  ["npy", readNpy, writeNpy({})],
  [
    "tar",
    readTar,
    buildTar([
      { name: "a", data: "x".repeat(700) },
      { name: "b", type: "2", linkTarget: "../a" },
      { name: "c", data: "y", padded: Uint8Array.of(1) },
    ]),
  ],
];

const WINDOWS = [1, 7, 65_536];

/** Small blocks, so that small files are fetched in many parts. */
const LIMITS = { block: 16, readAhead: 64, cache: 128, whole: 8 };

/** What a reader gives, or the code and place of what it throws. */
function told(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return faultOf(error);
  }
}

function faultOf(error: unknown): unknown {
  if (!FormatError.isInstance(error)) throw error;
  return { thrown: error.code, offset: error.offset, message: error.message };
}

function far(bytes: Uint8Array): Promise<AsyncByteSource> {
  const { fetch } = memoryFetch(bytes);
  return rangeSource({ url: "https://hub.example/m", fetch, limits: LIMITS });
}

describe.each(FORMATS)("%s", (_, reader, bytes) => {
  test.each(WINDOWS)("far away and near it reads the same, window %i", async (window) => {
    const near = runSync(reader(bytes.length), memorySource(bytes));
    const source = await far(bytes);
    expect(await runAsync(reader(source.size), source, window)).toEqual(near);
  });

  test("so it does when it is cut and damaged", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: bytes.length }),
        fc.nat(bytes.length - 1),
        fc.nat(255),
        fc.constantFrom(...WINDOWS),
        async (end, at, value, window) => {
          const damaged = bytes.slice(0, end);
          if (at < end) damaged[at] = value;
          const near = told(() => runSync(reader(end), memorySource(damaged), window));
          const source = await far(damaged);
          const there = await runAsync(reader(end), source, window).catch(faultOf);
          expect(there).toEqual(near);
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("over a real server", () => {
  const servers: RangeServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  test.each(FORMATS)("%s", async (_, reader, bytes) => {
    const server = await startRangeServer(bytes);
    servers.push(server);
    const source = await rangeSource({ url: server.url, fetch, limits: { ...LIMITS, block: 256 } });
    const near = runSync(reader(bytes.length), memorySource(bytes));
    expect(await runAsync(reader(source.size), source, 7)).toEqual(near);
  });

  test("what was read before a failure stays", async () => {
    const [, , bytes] = FORMATS[0] ?? ["", readGguf, new Uint8Array(0)];
    const server = await startRangeServer(bytes, ({ start }) =>
      start >= 64 ? { status: 500 } : undefined,
    );
    servers.push(server);
    const source = await rangeSource({ url: server.url, fetch, limits: LIMITS });
    const parsed = await runAsync(readGguf(source.size), source, 1);
    expect(parsed.faults.map(({ code }) => code)).toEqual(["io"]);
    expect(parsed.value.metadata.has("general.architecture")).toBe(true);
  });
});

test("a GGUF header of 7.3 MB costs four requests and less than twice its size", async () => {
  const token = Buffer.alloc(1_008, "a long token");
  token.writeBigUInt64LE(1_000n);
  const count = 7_240;
  const head = Buffer.alloc(12);
  head.writeUInt32LE(8);
  head.writeBigUInt64LE(BigInt(count), 4);
  const value = {
    type: "raw",
    typeId: 9,
    bytes: Buffer.concat([head, Buffer.alloc(token.length * count, token)]),
  } as const;
  const file = writeGguf({
    metadata: [{ key: "tokenizer.ggml.tokens", value }],
    tensors: [{ name: "a", type: "F32", dims: [8] }],
  });
  expect(file.length).toBeGreaterThan(7_290_000);
  const remote = memoryFetch(file, 40_000_000);
  const source = await rangeSource({ url: "https://hub.example/m", fetch: remote.fetch });
  const parsed = await runAsync(readGguf(source.size), source);
  expect(parsed.value.tensors.length).toBe(1);
  expect(remote.requests()).toBeLessThanOrEqual(5);
  expect(remote.bytes()).toBeLessThanOrEqual(2 * file.length + 262_144);
});
