import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openAuditLog } from "./writer.ts";
import { readVerifier, type NoteVerifier } from "../signature/note.ts";
import { csvCell, exportLog } from "./export.ts";
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

test("a proof with any bit flipped proves nothing", () => {
  const proof = Buffer.from(proveEvent(folder, own(), "req_20"));
  expect(checkProof(proof.toString(), own()).kind).toBe("proven");
  for (let at = 0; at < proof.length; at += 1) {
    const changed = Buffer.from(proof);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    expect([at, checkProof(changed.toString(), own()).kind]).toEqual([at, "refused"]);
  }
});

test("a proof with a line more, less or twice proves nothing", () => {
  const lines = proveEvent(folder, own(), "req_20").split("\n");
  for (let at = 0; at < lines.length - 1; at += 1) {
    const less = lines.toSpliced(at, 1).join("\n");
    const twice = lines.toSpliced(at, 0, lines[at] ?? "").join("\n");
    // A signature that stands there twice is as good as once (C2SP signed-note.md).
    const isSignature = lines[at]?.startsWith("\u2014") === true;
    expect([at, checkProof(less, own()).kind]).toEqual([at, "refused"]);
    expect([at, checkProof(twice, own()).kind]).toEqual([at, isSignature ? "proven" : "refused"]);
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
  const wanted = { from: 0, kind: undefined, format: "jsonl" as const };
  expect([...exportLog(folder, wanted)]).toHaveLength(38);
  expect([...exportLog(folder, { ...wanted, from: 1_000 })]).toHaveLength(38);
  expect([...exportLog(folder, { ...wanted, kind: "log.open" })]).toHaveLength(1);
  expect([...exportLog(folder, { ...wanted, from: 1_001 })]).toEqual([]);
});

test("as a table each event is one row, and no cell is a formula", () => {
  const rows = [...exportLog(folder, { from: 0, kind: undefined, format: "csv" })];
  expect(rows).toHaveLength(39);
  expect(rows.slice(0, 3)).toEqual([
    "seq,time,kind,actor,request,subject,body\r\n",
    "0,1970-01-01T00:00:01.000Z,log.open,plimsoll,,,{}\r\n",
    '1,1970-01-01T00:00:01.000Z,request,local,req_0,,"{""at"":0}"\r\n',
  ]);
  expect(csvCell("=1+1")).toBe("'=1+1");
  expect(csvCell("a=1")).toBe("a=1");
});
