import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { hashFile, type HashAnswer } from "./hash-file.ts";

const folder = mkdtempSync(join(tmpdir(), "plim-hash-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const content = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
const put = (name: string, bytes: Uint8Array = content): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const hash = (
  path: string,
  window: number,
  onBytes: (count: number) => void = () => {},
): HashAnswer =>
  hashFile({ location: Buffer.from(path), size: content.length }, new Uint8Array(window), onBytes);
const outcome = (answer: HashAnswer): string =>
  answer.kind === "hashed" ? "hashed" : (answer.reason.split(":")[0] ?? "");

/** Does something to the file once, when the first bytes have been read. */
const during = (name: string, act: (path: string) => void): string => {
  const path = put(name);
  let isDone = false;
  const answer = hash(path, 100, () => {
    if (!isDone) act(path);
    isDone = true;
  });
  return outcome(answer);
};

describe("the digest", () => {
  test.each([1, 7, 999, 1000, 1001, 65_536])("does not depend on reads of %i bytes", (window) => {
    const read: number[] = [];
    const answer = hash(put("whole"), window, (count) => read.push(count));
    expect(answer).toMatchObject({
      kind: "hashed",
      sha256: createHash("sha256").update(content).digest("hex"),
      identity: { size: 1000n },
    });
    expect(read.reduce((sum, count) => sum + count, 0)).toBe(1000);
  });

  test("an empty file has one", () => {
    const job = { location: Buffer.from(put("empty", new Uint8Array())), size: 0 };
    const answer = hashFile(job, new Uint8Array(8), () => {});
    expect(answer).toMatchObject({ sha256: createHash("sha256").digest("hex") });
  });
});

describe("a file that is not what was listed has none", () => {
  const later = new Date(Date.now() + 5000);

  test.each([
    ["grows", (path: string) => appendFileSync(path, "x"), "changed"],
    ["shrinks", (path: string) => truncateSync(path, 500), "changed"],
    [
      "is written",
      (path: string) =>
        writeFileSync(
          path,
          content.map((byte) => byte ^ 1),
        ),
      "changed",
    ],
    ["is given another time", (path: string) => utimesSync(path, later, later), "changed"],
    ["makes way for another", (path: string) => renameSync(put("other"), path), "changed"],
    ["is removed", (path: string) => rmSync(path), "io"],
    ["is left alone", () => {}, "hashed"],
  ])("one that %s meanwhile", (name, act, expected) => {
    expect(during(name, act)).toBe(expected);
  });

  test("one of another size, none at all, a folder", () => {
    expect(outcome(hash(put("larger", new Uint8Array(1001)), 64))).toBe("changed");
    expect(outcome(hash(join(folder, "nothing"), 64))).toBe("io");
    expect(outcome(hash(folder, 64))).toBe("io");
  });

  test.skipIf(process.platform === "win32")("a named pipe, which would wait for ever", () => {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(outcome(hash(join(folder, "pipe"), 64))).toBe("io");
  });
});
