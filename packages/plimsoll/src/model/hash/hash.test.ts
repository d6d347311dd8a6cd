import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { directHasher } from "../../testing/direct-hasher.ts";
import { resolveReference } from "../reference.ts";
import { takeSnapshot, type SnapshotFile } from "../snapshot.ts";
import { NO_MEMORY, openDigestMemory } from "./digest-memory.ts";
import { hashFiles, type HashOutcome, type HashProgress } from "./hash.ts";
import { workerHasher, type Hasher } from "./worker-hasher.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plim-hash-"));
  mkdirSync(join(folder, "model"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder, "model", name);
  writeFileSync(path, bytes);
  return path;
};
const files = (): readonly SnapshotFile[] =>
  takeSnapshot(resolveReference(join(folder, "model"), "/")).files;
const digestOf = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");
const said = (outcomes: readonly HashOutcome[]): string[] =>
  outcomes.map((one) =>
    one.kind === "hashed" ? `${one.file.path} ${one.sha256}` : `${one.file}: ${one.reason}`,
  );

/** When files that are written now have settled. */
const later = (): Date => new Date(Date.now() + 60_000);

/** Counts the files that are read. */
function counting(onJob: () => void = () => {}): { reads: number; open: () => Hasher } {
  const counter = {
    reads: 0,
    open: (): Hasher =>
      directHasher(() => {
        counter.reads += 1;
        onJob();
      }),
  };
  return counter;
}

describe("in threads", () => {
  test("files are answered in their order, with progress to the last byte", async () => {
    const large = new Uint8Array(20_000_000);
    put("a", "one");
    put("b", large);
    put("c", "");
    const told: HashProgress[] = [];
    const outcomes = await hashFiles(files(), {
      workers: 3,
      memory: NO_MEMORY,
      onProgress: (progress) => told.push(progress),
    });
    expect(said(outcomes)).toEqual([
      `a ${digestOf("one")}`,
      `b ${digestOf(large)}`,
      `c ${digestOf("")}`,
    ]);
    expect(told.at(-1)).toEqual({ done: 20_000_003, total: 20_000_003 });
    expect(told.length).toBeGreaterThan(2);
  });

  test("a thread takes one batch after another", async () => {
    for (let index = 0; index < 600; index += 1) put(`${index}`, "x");
    for (const name of ["large", "larger"]) truncateSync(put(name, ""), 17_000_000);
    const outcomes = await hashFiles(files(), { workers: 2, memory: NO_MEMORY });
    expect(outcomes.filter(({ kind }) => kind === "hashed")).toHaveLength(602);
  });

  test("a file that went away is unread, and its neighbours are not", async () => {
    put("a", "one");
    const gone = put("b", "two");
    const listed = files();
    rmSync(gone);
    const [a, b] = await hashFiles(listed, { workers: 1, memory: NO_MEMORY });
    expect(a?.kind).toBe("hashed");
    expect(b).toMatchObject({ kind: "unread", file: "b" });
  });

  test("a thread that is ended gives unread, and the next batch a new thread", async () => {
    const hasher = workerHasher();
    const job = { location: Buffer.from(put("a", "one")), size: 3 };
    const pending = hasher.hash([job, job], () => {});
    await hasher.close();
    expect((await pending).map(({ kind }) => kind)).toEqual(["unread", "unread"]);
    expect(await hasher.hash([job], () => {})).toMatchObject([{ sha256: digestOf("one") }]);
    await hasher.close();
  });
});

describe("memory", () => {
  const large = new Uint8Array(70_000);

  test("a file that is as it was is not read again, one whose time moved is", async () => {
    const path = put("a", large);
    const counter = counting();
    const run = async (): Promise<readonly HashOutcome[]> => {
      const memory = openDigestMemory(join(folder, "cache"), later());
      const outcomes = await hashFiles(files(), { workers: 1, memory, openHasher: counter.open });
      memory.save();
      return outcomes;
    };
    const first = await run();
    expect(said(await run())).toEqual(said(first));
    expect(counter.reads).toBe(1);
    utimesSync(path, new Date(), new Date(Date.now() - 5000));
    expect(said(await run())).toEqual(said(first));
    expect(counter.reads).toBe(2);
    await run();
    expect(counter.reads).toBe(2);
  });

  test("bytes changed under an old time are seen: the inode tells", async () => {
    const path = put("a", large);
    const old = new Date(Date.now() - 5000);
    utimesSync(path, old, old);
    const counter = counting();
    const run = async (): Promise<string[]> => {
      const memory = openDigestMemory(join(folder, "cache"), later());
      const options = { workers: 1, memory, openHasher: counter.open };
      const outcomes = await hashFiles(files(), options);
      memory.save();
      return said(outcomes);
    };
    const before = await run();
    writeFileSync(path, large.with(1, 1));
    utimesSync(path, old, old);
    expect(await run()).not.toEqual(before);
    expect(counter.reads).toBe(2);
  });

  test("remembered bytes count as done", async () => {
    put("a", large);
    const memory = { ...NO_MEMORY, recall: () => "ab".repeat(32) };
    const told: HashProgress[] = [];
    await hashFiles(files(), { workers: 1, memory, onProgress: (one) => told.push(one) });
    expect(told).toEqual([{ done: 70_000, total: 70_000 }]);
  });

  test("a file whose size moved since it was listed is not recalled", async () => {
    put("a", large);
    const listed = files();
    put("a", large.subarray(1));
    const memory = { ...NO_MEMORY, recall: () => "ab".repeat(32) };
    const [a] = await hashFiles(listed, { workers: 1, memory });
    expect(a).toMatchObject({ kind: "unread", file: "a" });
  });
});

describe("an interrupt", () => {
  test("ends a batch in a thread at once", async () => {
    truncateSync(put("a", ""), 300_000_000);
    put("b", "one");
    const stop = new AbortController();
    const outcomes = await hashFiles(files(), {
      workers: 1,
      memory: NO_MEMORY,
      signal: stop.signal,
      onProgress: () => {
        stop.abort();
      },
    });
    expect(said(outcomes)).toEqual([
      "a: interrupted before it was hashed",
      "b: interrupted before it was hashed",
    ]);
  });

  test("keeps what was hashed before it", async () => {
    truncateSync(put("a", ""), 17_000_000);
    put("b", "one");
    const stop = new AbortController();
    const counter = counting(() => {
      stop.abort();
    });
    const outcomes = await hashFiles(files(), {
      workers: 1,
      memory: NO_MEMORY,
      signal: stop.signal,
      openHasher: counter.open,
    });
    expect(outcomes.map(({ kind }) => kind)).toEqual(["hashed", "unread"]);
    expect(counter.reads).toBe(1);
  });

  test("before it began reads nothing", async () => {
    put("a", "one");
    const counter = counting();
    const options = { workers: 1, memory: NO_MEMORY, openHasher: counter.open };
    const [a] = await hashFiles(files(), { ...options, signal: AbortSignal.abort() });
    expect([a?.kind, counter.reads]).toEqual(["unread", 0]);
  });
});
