import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { readVerifier, type NoteVerifier } from "../signature/note.ts";
import type { AuditLog } from "./contract.ts";
import { logFiles, segmentsOf } from "./files.ts";
import { verifyLog } from "./verify.ts";
import { openAuditLog } from "./writer.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-audit-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const open = (): AuditLog =>
  openAuditLog({ folder, origin: "plimsoll/test", now: () => Date.now() });
const segment = (): string => segmentsOf(logFiles(folder))[0]?.path ?? "";

function verifier(): NoteVerifier {
  const read = readVerifier(readFileSync(logFiles(folder).verifier, "utf8").trim());
  if (read === undefined) throw new TypeError("no verifier");
  return read;
}

/** Writes a log of so many requests, whole and closed. */
async function written(count: number): Promise<void> {
  const log = open();
  const all = Array.from({ length: count }, (_, at) =>
    log.append({ kind: "request", actor: "key:a", request: `req_${at}`, body: { at } }),
  );
  await Promise.all(all.map(({ durable }) => durable));
  await log.close();
}

test("what was appended is there in order, signed, and goes on after a start", async () => {
  await written(1_000);
  expect(verifyLog(folder, verifier())).toMatchObject({
    verdict: "intact",
    events: 1_001,
    sealed: 1_001,
  });
  await written(3);
  expect(verifyLog(folder, verifier())).toMatchObject({ verdict: "intact", events: 1_005 });
  const lines = readFileSync(segment(), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, at) => at));
  expect(lines[1]).toMatchObject({ kind: "request", request: "req_0", body: { at: 0 } });
});

test.skipIf(!existsSync("/dev/full"))(
  "lines stay acknowledged, once, where their hashes find no room, and nothing more is taken",
  async () => {
    const { segments } = logFiles(folder);
    const hashes = join(segments, "0000000000000000.hashes");
    mkdirSync(segments, { recursive: true });
    symlinkSync("/dev/full", hashes);
    const log = open();
    await log.append({ kind: "request", actor: "key:a", request: "req_0", body: {} }).durable;
    await expect.poll(() => log.isAvailable(), { timeout: 10_000 }).toBe(false);
    const more = log.append({ kind: "request", actor: "key:a", request: "req_1", body: {} });
    await expect(more.durable).rejects.toThrow("cannot be written");
    await log.close();
    rmSync(hashes);
    expect(verifyLog(folder, verifier())).toMatchObject({ verdict: "intact", events: 2 });
    await written(1);
    expect(verifyLog(folder, verifier())).toMatchObject({ verdict: "intact", events: 4 });
  },
);

const edit = (change: (lines: string[]) => void): void => {
  const lines = readFileSync(segment(), "utf8").trim().split("\n");
  change(lines);
  writeFileSync(segment(), `${lines.join("\n")}\n`);
};

describe("what was changed is told with its place", () => {
  test.each<[string, () => void, string, number]>([
    [
      "a digit flipped",
      () => {
        edit((lines) => {
          lines[5] = (lines[5] ?? "").replace('"at":4', '"at":9');
        });
      },
      "altered",
      5,
    ],
    [
      "a line dropped",
      () => {
        edit((lines) => void lines.splice(5, 1));
      },
      "altered",
      5,
    ],
    [
      "two lines swapped",
      () => {
        edit((lines) => void lines.splice(5, 2, lines[6] ?? "", lines[5] ?? ""));
      },
      "altered",
      5,
    ],
    [
      "a line put in",
      () => {
        edit((lines) => void lines.splice(5, 0, lines[4] ?? ""));
      },
      "altered",
      5,
    ],
    [
      "a line spelled otherwise",
      () => {
        edit((lines) => {
          lines[5] = (lines[5] ?? "").replace("{", "{ ");
        });
      },
      "altered",
      5,
    ],
    [
      "the end cut off",
      () => {
        edit((lines) => void lines.splice(8));
      },
      "truncated",
      8,
    ],
    [
      "the last line cut",
      () => {
        truncateSync(segment(), readFileSync(segment()).length - 4);
      },
      "altered",
      10,
    ],
    [
      "all of it gone",
      () => {
        rmSync(segment());
      },
      "truncated",
      0,
    ],
  ])("%s", async (_, change, verdict, at) => {
    await written(10);
    change();
    expect(verifyLog(folder, verifier())).toMatchObject({ verdict, at });
    expect(() => open()).toThrowError(expect.objectContaining({ code: "audit-altered" }));
  });

  test("any bit flipped in any place", async () => {
    await written(5);
    const bytes = readFileSync(segment());
    for (let at = 0; at < bytes.length; at += 3) {
      const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length;
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(segment(), changed);
      const { verdict, at: place } = verifyLog(folder, verifier());
      expect([at, verdict, place]).toEqual([at, "altered", line]);
    }
    writeFileSync(segment(), bytes);
    expect(verifyLog(folder, verifier()).verdict).toBe("intact");
  });

  test("a byte that is no UTF-8 is not the sign that stands for it", async () => {
    const log = open();
    await log.append({ kind: "request", actor: "a\uFFFD", body: {} }).durable;
    await log.close();
    const bytes = readFileSync(segment());
    const at = bytes.indexOf("\uFFFD");
    const changed = [bytes.subarray(0, at), Buffer.of(0xff), bytes.subarray(at + 3)];
    writeFileSync(segment(), Buffer.concat(changed));
    expect(verifyLog(folder, verifier())).toMatchObject({ verdict: "altered", at: 1 });
  });

  test("a line and its hash", async () => {
    await written(10);
    edit((lines) => {
      lines[5] = (lines[5] ?? "").replace('"at":4', '"at":9');
    });
    rmSync(segment().replace("jsonl", "hashes"));
    expect(verifyLog(folder, verifier()).verdict).toBe("altered");
  });

  test("a checkpoint of another key", async () => {
    await written(10);
    const note = readFileSync(logFiles(folder).checkpoint, "utf8");
    writeFileSync(logFiles(folder).checkpoint, note.replace("\n11\n", "\n10\n"));
    expect(verifyLog(folder, verifier()).verdict).toBe("unsigned");
  });
});

test("lines beyond the checkpoint are unsealed, and a torn one is cut off with a word", async () => {
  await written(3);
  const { checkpoint, frontier } = logFiles(folder);
  const [note, edge] = [readFileSync(checkpoint), readFileSync(frontier)];
  await written(2);
  writeFileSync(checkpoint, note);
  writeFileSync(frontier, edge);
  expect(verifyLog(folder, verifier())).toMatchObject({
    verdict: "unsealed",
    events: 7,
    sealed: 4,
  });
  appendFileSync(segment(), '{"actor":"x"');
  expect(verifyLog(folder, verifier()).verdict).toBe("unsealed");
  const log = open();
  await log.close();
  expect(verifyLog(folder, verifier())).toMatchObject({ verdict: "intact", events: 9 });
  expect(readFileSync(segment(), "utf8")).toContain('"body":{"bytes":12}');
});

test("without the saved edge the log is read from its beginning", async () => {
  await written(300);
  rmSync(logFiles(folder).frontier);
  await written(1);
  expect(verifyLog(folder, verifier())).toMatchObject({ verdict: "intact", events: 303 });
});

test("a log that cannot be written refuses, and says that it does", async () => {
  const log = open();
  await log.append({ kind: "request", actor: "a", body: {} }).durable;
  await log.close();
  expect(log.isAvailable()).toBe(false);
  await expect(log.append({ kind: "request", actor: "a", body: {} }).durable).rejects.toMatchObject(
    {
      code: "audit-unavailable",
    },
  );
});

test("the key is its owner's alone", async () => {
  await written(1);
  expect(existsSync(logFiles(folder).key)).toBe(true);
  expect(statSync(logFiles(folder).key).mode & 0o777).toBe(0o600);
});

test("a log that was ended before its first checkpoint goes on, and one whose checkpoint was taken does not", async () => {
  await written(3);
  const { checkpoint, frontier } = logFiles(folder);
  const kept = readFileSync(checkpoint);
  rmSync(checkpoint);
  expect(() => open()).toThrowError(expect.objectContaining({ code: "audit-altered" }));
  writeFileSync(checkpoint, kept);
  rmSync(frontier);
  await open().close();
  const other = mkdtempSync(join(tmpdir(), "plimsoll-audit-"));
  try {
    const first = openAuditLog({ folder: other, origin: "plimsoll/test", now: () => Date.now() });
    await first.append({ kind: "request", actor: "a", body: {} }).durable;
    // As after a kill: nothing was closed.
    const second = openAuditLog({ folder: other, origin: "plimsoll/test", now: () => Date.now() });
    await second.close();
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
});
