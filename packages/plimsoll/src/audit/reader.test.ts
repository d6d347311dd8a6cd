import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { AuditKind } from "./contract.ts";
import { keyBeside, proveConsistency, signedCheckpoint } from "./consistency.ts";
import { exportLog } from "./export.ts";
import { hashesName, logFiles, segmentsOf } from "./files.ts";
import { readEvents } from "./page.ts";
import { isConsistent } from "./proof.ts";
import { checkProof } from "./prove.ts";
import { LogReader } from "./reader.ts";
import { Frontier, leafHash } from "./tree.ts";
import { openAuditLog } from "./writer.ts";

/** Events of the log, its own first line with them. */
const EVENTS = 41;

let folder = "";
beforeAll(async () => {
  folder = await logOf(EVENTS - 1);
});
const folders: string[] = [];
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

async function logOf(events: number): Promise<string> {
  const made = mkdtempSync(join(tmpdir(), "plimsoll-reader-"));
  folders.push(made);
  const log = openAuditLog({ folder: made, origin: "plimsoll/test", now: () => 1_000 });
  const kinds: readonly AuditKind[] = ["key.create", "request"];
  for (let at = 0; at < events; at += 1) {
    const kind = kinds[at % 2] ?? "request";
    void log.append({ kind, actor: "local", request: `req_${at}`, body: { at } });
  }
  await log.close();
  return made;
}

/** The root that the log had when it had so many events. */
function rootAt(size: number): Buffer {
  const frontier = new Frontier();
  const lines = [...exportLog(folder, { from: 0, kind: undefined, format: "jsonl" })];
  for (const line of lines.slice(0, size)) frontier.append(leafHash(line.trimEnd()));
  return frontier.root();
}

test("every older size is proven to be a beginning of this log", () => {
  for (let first = 1; first <= EVENTS; first += 1) {
    const { proof, firstRoot, checkpoint } = proveConsistency(folder, first);
    expect(firstRoot).toEqual(rootAt(first));
    const { size, root } = checkpoint;
    expect(isConsistent(BigInt(first), BigInt(size), proof, firstRoot, root)).toBe(true);
  }
});

test("another log is no beginning of it", () => {
  const { proof, checkpoint } = proveConsistency(folder, 7);
  const { size, root } = checkpoint;
  expect(isConsistent(7n, BigInt(size), proof, rootAt(8), root)).toBe(false);
});

test.each([0, EVENTS + 1])("a size of %i was never signed", (first) => {
  expect(() => proveConsistency(folder, first)).toThrowError(
    expect.objectContaining({ code: "usage" }),
  );
});

test("hashes that do not lead to the signed root prove nothing", async () => {
  const other = await logOf(5);
  const path = hashesName(segmentsOf(logFiles(other))[0]?.path ?? "");
  const hashes = readFileSync(path);
  hashes.writeUInt8(hashes.readUInt8(40) ^ 1, 40);
  writeFileSync(path, hashes);
  const altered = expect.objectContaining({ code: "audit-altered" });
  expect(() => proveConsistency(other, 2)).toThrowError(altered);
  writeFileSync(path, hashes.subarray(0, 64));
  expect(() => proveConsistency(other, 2)).toThrowError(altered);
  writeFileSync(logFiles(other).checkpoint, "nothing\n");
  expect(() => signedCheckpoint(other)).toThrowError(altered);
});

describe("pages of events", () => {
  const ask = { from: 0, below: EVENTS, limit: 10, kind: undefined };
  test.each([
    ["the first", ask, [0, 9], 10],
    ["from the middle", { ...ask, from: 15 }, [15, 24], 25],
    ["the last", { ...ask, from: 31 }, [31, 40], null],
    ["beyond the end", { ...ask, from: 100 }, [], null],
    ["no more than may be told", { ...ask, below: 5 }, [0, 4], null],
    ["of one kind", { ...ask, kind: "request", limit: 2 }, [2, 4], 5],
    ["of a kind that there is none of", { ...ask, kind: "waiver" }, [], null],
  ])("%s", (_, asked, ends, next) => {
    const page = readEvents(folder, asked);
    const seqs = page.events.map(({ seq }) => seq);
    expect([...new Set([...seqs.slice(0, 1), ...seqs.slice(-1)])]).toEqual(ends);
    expect(page.next).toBe(next);
  });
});

describe("from a thread", () => {
  test("it answers as the functions do", async () => {
    const reader = new LogReader(folder);
    const ask = { from: 3, below: EVENTS, limit: 2, kind: undefined };
    expect(await reader.events(ask)).toEqual(readEvents(folder, ask));
    expect(await reader.consistency(7)).toEqual(proveConsistency(folder, 7));
    const proof = checkProof((await reader.prove("req_3")) ?? "", keyBeside(folder));
    expect(proof).toMatchObject({ kind: "proven", index: 4 });
  });

  test("what cannot be proven is refused by its code", async () => {
    const reader = new LogReader(folder);
    await expect(reader.prove("req_none")).rejects.toMatchObject({ code: "usage" });
    await expect(reader.consistency(99)).rejects.toMatchObject({ code: "usage" });
  });

  test("two read at a time, and a third is told", async () => {
    const reader = new LogReader(folder);
    const ask = { from: 0, below: EVENTS, limit: 1, kind: undefined };
    const told = await Promise.all([reader.events(ask), reader.events(ask), reader.events(ask)]);
    expect(told.map((page) => page?.events.length)).toEqual([1, 1, undefined]);
    expect((await reader.events(ask))?.events).toHaveLength(1);
  });

  test("an export comes in pieces, and one that is left gives its place back", async () => {
    const long = await logOf(2_000);
    const reader = new LogReader(long);
    const options = { from: 0, kind: undefined, format: "jsonl" } as const;
    const pieces: string[] = [];
    for await (const piece of reader.export(options) ?? []) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe([...exportLog(long, options)].join(""));
    for (let time = 0; time < 3; time += 1) {
      const left = reader.export(options);
      await left?.next();
      await left?.return();
    }
    expect(reader.export(options)).toBeDefined();
  });
});
