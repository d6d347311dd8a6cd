import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openAuditLog } from "../../audit/writer.ts";
import { readVerifier, type NoteVerifier } from "../../signature/note.ts";
import { exportLog } from "./export.ts";
import { checkProof, proveEvent } from "./prove.ts";

let folder = "";
let key: NoteVerifier | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-prove-"));
  const log = openAuditLog({ folder, origin: "plimsoll/test", now: () => 1_000 });
  const all = Array.from({ length: 37 }, (_, at) =>
    log.append({ kind: "request", actor: "local", request: `req_${at}`, body: { at } }),
  );
  await Promise.all(all.map(({ durable }) => durable));
  await log.close();
  key = readVerifier(readFileSync(join(folder, "log.vkey"), "utf8").trim());
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function own(): NoteVerifier {
  if (key === undefined) throw new TypeError("no key");
  return key;
}

test("every event is proven, by its request and by its number", () => {
  for (let at = 0; at < 37; at += 1) {
    expect(checkProof(proveEvent(folder, own(), `req_${at}`), own())).toMatchObject({
      kind: "proven",
      index: at + 1,
    });
  }
  expect(checkProof(proveEvent(folder, own(), "0"), own())).toMatchObject({
    kind: "proven",
    index: 0,
    size: 38,
  });
});

test("a proof with any character changed proves nothing", () => {
  const proof = proveEvent(folder, own(), "req_20");
  // The last characters of base64 may stand for bits that are not there.
  const isSlack = (at: number): boolean =>
    proof.charAt(at + 1) === "=" || proof.charAt(at + 1) === "\n";
  for (let at = 0; at < proof.length; at += 1) {
    if (isSlack(at) || proof.charAt(at) === "=") continue;
    const changed = `${proof.slice(0, at)}${proof.charAt(at) === "B" ? "C" : "B"}${proof.slice(at + 1)}`;
    expect([at, checkProof(changed, own()).kind]).toEqual([at, "refused"]);
  }
});

test.each([
  ["nothing", ""],
  ["cut", "c2sp.org/tlog-proof@v1\n"],
  ["no such event", "x"],
])("%s is refused", (_, text) => {
  expect(checkProof(text, own()).kind).toBe("refused");
});

test("what is not there cannot be proven", () => {
  expect(() => proveEvent(folder, own(), "req_99")).toThrowError(
    expect.objectContaining({ code: "usage" }),
  );
});

test("export tells kinds and days", () => {
  expect([...exportLog(folder, { from: 0, kind: undefined })]).toHaveLength(38);
  expect([...exportLog(folder, { from: 0, kind: "log.open" })]).toHaveLength(1);
  expect([...exportLog(folder, { from: 1_001, kind: undefined })]).toEqual([]);
});
