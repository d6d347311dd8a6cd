import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openAuditLog } from "../../packages/plimsoll/src/audit/writer.ts";
import { unprivileged } from "./privilege.ts";
import { plimsoll, ROOT, type Ran } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

const home = join(world.path, "state");
const log = join(home, "audit");
const run = (...args: string[]): Promise<Ran> =>
  plimsoll(["audit", ...args], { cwd: world.path, env: { PLIMSOLL_HOME: home } });

const isVerdict = new Ajv2020().compile<{ verdict: string; at: number | null }>(
  JSON.parse(readFileSync(join(ROOT, "docs/reference/audit-verify.schema.json"), "utf8")),
);

/** Verifies with `--json`, and holds the answer against the published schema. */
async function verdictOf(...args: string[]): Promise<{ code: number | null; verdict: object }> {
  const { code, stdout } = await run("verify", ...args, "--json");
  const verdict: unknown = JSON.parse(stdout);
  if (!isVerdict(verdict)) throw new Error(JSON.stringify(isVerdict.errors));
  return { code, verdict };
}

beforeAll(async () => {
  mkdirSync(home);
  const writer = openAuditLog({
    folder: log,
    origin: "plimsoll/e2e",
    now: () => 1_764_000_000_000,
  });
  for (let at = 0; at < 20; at += 1) {
    const event = { actor: "key:a", request: `req_${at}`, body: { at } };
    await writer.append({ kind: at % 2 === 0 ? "request" : "reveal", ...event }).durable;
  }
  await writer.close();
});

/** A copy of the log to do harm to. */
function copied(name: string): { readonly folder: string; readonly segment: string } {
  const folder = join(world.path, name);
  cpSync(log, folder, { recursive: true });
  return { folder, segment: join(folder, "segments/0000000000000000.jsonl") };
}

function edited(name: string, edit: (lines: string[]) => string[]): string {
  const { folder, segment } = copied(name);
  const lines = readFileSync(segment, "utf8").trimEnd().split("\n");
  writeFileSync(segment, `${edit(lines).join("\n")}\n`);
  return folder;
}

describe("verify", () => {
  test("says that a log is intact, with the key beside it, in a file and in words", async () => {
    const vkey = readFileSync(join(log, "log.vkey"), "utf8").trim();
    for (const key of [[], ["--key", vkey], ["--key", "state/audit/log.vkey"]]) {
      const { code, verdict } = await verdictOf(...key);
      expect([code, verdict]).toEqual([
        0,
        expect.objectContaining({ verdict: "intact", events: 21, sealed: 21, unsealed: 0 }),
      ]);
    }
    expect((await run("verify")).code).toBe(0);
  });

  test.each<[string, (lines: string[]) => string[], string, number]>([
    [
      "flipped",
      (lines) => lines.with(7, (lines[7] ?? "").replace('"at":6', '"at":7')),
      "altered",
      7,
    ],
    ["dropped", (lines) => lines.toSpliced(7, 1), "altered", 7],
    ["swapped", (lines) => lines.with(7, lines[8] ?? "").with(8, lines[7] ?? ""), "altered", 7],
    ["doubled", (lines) => lines.toSpliced(7, 0, lines[7] ?? ""), "altered", 8],
    ["truncated", (lines) => lines.slice(0, 15), "truncated", 15],
  ])("tells where an event was %s", async (name, edit, expected, at) => {
    const folder = edited(name, edit);
    const { code, verdict } = await verdictOf(folder);
    expect([code, verdict]).toEqual([1, expect.objectContaining({ verdict: expected, at })]);
    const words = await run("verify", folder);
    expect([words.code, words.stdout.includes(String(at))]).toEqual([1, true]);
  });

  test("counts what no checkpoint covers yet, and forgives a line that is being written", async () => {
    const { folder, segment } = copied("unsealed");
    const seal = readFileSync(join(folder, "checkpoint"));
    const writer = openAuditLog({ folder, origin: "plimsoll/e2e", now: () => Date.now() });
    await writer.append({ kind: "request", actor: "a", body: {} }).durable;
    await writer.close();
    writeFileSync(join(folder, "checkpoint"), seal);
    const expected = { verdict: "unsealed", events: 23, sealed: 21, unsealed: 2 };
    expect(await verdictOf(folder)).toEqual({
      code: 0,
      verdict: expect.objectContaining(expected),
    });
    truncateSync(segment, readFileSync(segment).length - 3);
    const torn = { verdict: "unsealed", events: 22, unsealed: 1 };
    expect(await verdictOf(folder)).toEqual({ code: 0, verdict: expect.objectContaining(torn) });
  });

  test("does not take a log that another key signed, and says which is missing", async () => {
    const other = join(world.path, "other");
    const writer = openAuditLog({ folder: other, origin: "plimsoll/e2e", now: () => Date.now() });
    await writer.close();
    const { code, verdict } = await verdictOf("--key", join(other, "log.vkey"));
    expect([code, verdict]).toEqual([1, expect.objectContaining({ verdict: "unsigned" })]);
    const { folder } = copied("no-checkpoint");
    rmSync(join(folder, "checkpoint"));
    expect((await verdictOf(folder)).verdict).toMatchObject({ verdict: "unsigned" });
  });

  test.each([
    ["no such folder", ["verify", "nowhere"], 3],
    ["a file", ["verify", "state/audit/log.vkey"], 3],
    ["no key", ["verify", "--key", "hello"], 2],
    ["no such proof", ["verify", "--proof", "nowhere"], 3],
    ["no action", [], 2],
    ["another action", ["tail"], 2],
    ["nothing to prove", ["prove"], 2],
    ["no such event", ["prove", "req_99"], 2],
    ["a number beyond the end", ["prove", "21"], 2],
    ["no date", ["export", "--since", "soon"], 2],
    ["no kind", ["export", "--kind", "key.revoked"], 2],
    ["no format", ["export", "--format", "xml"], 2],
    ["no place to write", ["export", "--out", "nowhere/log"], 3],
    ["no place for a proof", ["prove", "1", "-o", "nowhere/proof"], 3],
  ])("%s", async (_, args, code) => {
    const ran = await run(...args);
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
  });

  test("cannot check a log whose key is gone, and says so", async () => {
    const { folder } = copied("keyless");
    rmSync(join(folder, "log.vkey"));
    const ran = await run("verify", folder);
    expect([ran.code, ran.stdout]).toEqual([3, ""]);
    expect(ran.stderr).toContain("there is no key to check this log with");
    expect(ran.stderr).toContain("--key FILE");
  });

  const nobody = unprivileged();
  test.skipIf(nobody === undefined || process.platform === "win32")(
    "cannot read what it may not",
    async () => {
      const { folder, segment } = copied("closed");
      for (const path of [world.path, folder, join(folder, "segments")]) chmodSync(path, 0o755);
      chmodSync(segment, 0);
      const ran = await plimsoll(["audit", "verify", folder], { ...nobody, cwd: world.path });
      expect([ran.code, ran.stdout]).toEqual([3, ""]);
    },
  );
});

describe("prove", () => {
  test("one event, which is checked with the key alone", async () => {
    const proven = await run("prove", "req_12", "-o", "proof.txt");
    expect(proven.code).toBe(0);
    const proof = readFileSync(join(world.path, "proof.txt"), "utf8");
    expect(proof.split("\n").slice(0, 1)).toEqual(["c2sp.org/tlog-proof@v1"]);
    expect((await run("prove", "13")).stdout).toBe(proof);
    const vkey = readFileSync(join(log, "log.vkey"), "utf8").trim();
    const elsewhere = { cwd: world.path, env: { PLIMSOLL_HOME: join(world.path, "empty") } };
    const check = (...args: string[]): Promise<Ran> =>
      plimsoll(["audit", "verify", "--proof", "proof.txt", "--json", ...args], elsewhere);
    const checked = await check("--key", vkey);
    expect([checked.code, JSON.parse(checked.stdout)]).toEqual([
      0,
      expect.objectContaining({ kind: "proven", index: 13, size: 21 }),
    ]);
    writeFileSync(join(world.path, "proof.txt"), proof.replace("index 13", "index 12"));
    const changed = await check("--key", vkey);
    expect([changed.code, JSON.parse(changed.stdout).kind]).toEqual([1, "refused"]);
    // Without a key there is nothing to trust.
    expect((await check()).code).toBe(3);
    expect(readdirSync(world.path)).not.toContain("empty");
  });

  test("as JSON, and not from a log that was changed", async () => {
    const { stdout } = await run("prove", "1", "--json");
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ schema: "plimsoll/audit-proof@1", kind: "proven", index: 1 });
    const harmed = join(world.path, "harmed");
    mkdirSync(harmed);
    cpSync(
      edited("harm", (lines) => lines.toSpliced(7, 1)),
      join(harmed, "audit"),
      {
        recursive: true,
      },
    );
    const ran = await plimsoll(["audit", "prove", "1"], { env: { PLIMSOLL_HOME: harmed } });
    expect([ran.code, ran.stdout]).toEqual([1, ""]);
  });
});

test("export tells kinds and days, as lines and as a table", async () => {
  const lines = async (...args: string[]): Promise<number> =>
    (await run("export", ...args)).stdout.trim().split("\n").length;
  expect(await lines()).toBe(21);
  expect(await lines("--kind", "request")).toBe(10);
  expect(await lines("--format", "csv")).toBe(22);
  expect((await run("export", "--since", "2026-01-01")).stdout).toBe("");
  expect(await lines("--since", "2025-11-24")).toBe(21);
  await run("export", "--out", "log.jsonl");
  expect(readFileSync(join(world.path, "log.jsonl"), "utf8")).toBe(
    readFileSync(join(log, "segments/0000000000000000.jsonl"), "utf8"),
  );
});
