import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { PlimsollError } from "../../kernel/error.ts";
import { changedSince, fingerprintOf, refuseUnreadable } from "./fingerprint.ts";
import { Generation } from "./generation.ts";
import type { Prepared } from "./prepare.ts";
import { Reloading, type ReloadPorts } from "./reloading.ts";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-reloading-"));
  file = join(folder, "plimsoll.yaml");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const by = { actor: "plimsoll" };

/** A reloading over one real file whose text is the policy; `bad` is refused. */
async function opened(more: Partial<ReloadPorts> = {}): Promise<{
  readonly reloading: Reloading;
  readonly taken: string[];
  readonly told: string[];
  readonly logged: string[];
  readonly reads: () => number;
}> {
  const { readFileSync } = await import("node:fs");
  const taken: string[] = [];
  const told: string[] = [];
  const logged: string[] = [];
  let reads = 0;
  const prepared = async (): Promise<Prepared> => {
    reads += 1;
    const text = readFileSync(file, "utf8");
    if (text === "bad")
      throw new PlimsollError("setting-invalid", "it is bad", { hint: "mend it" });
    // Only what the test's own `compile` reads is there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return {
      files: [file],
      found: await fingerprintOf([file]),
      settings: { host: text },
    } as unknown as Prepared;
  };
  writeFileSync(file, "one");
  const begun = await prepared();
  const reloading = new Reloading(begun, {
    read: prepared,
    compile: async ({ settings }) => {
      await Promise.resolve();
      return {
        policyDigest: settings.host,
        needsRestart: [],
        take: () => taken.push(settings.host),
      };
    },
    tell: async (kind, body) => {
      await Promise.resolve();
      told.push(`${kind} ${body["policy"] ?? body["reason"]}`);
      return told.length;
    },
    refused: () => Promise.resolve(),
    log: (level, event, fields) => logged.push(`${level} ${event} ${String(fields["result"])}`),
    ...more,
  });
  return { reloading, taken, told, logged, reads: () => reads - 1 };
}

describe("files are looked at", () => {
  test("what did not change is not read again", async () => {
    const { reloading, reads } = await opened();
    await reloading.look();
    await reloading.look();
    expect(reads()).toBe(0);
  });

  test("what changed is taken when it is the same at two looks, and once", async () => {
    const { reloading, taken, told } = await opened();
    writeFileSync(file, "two");
    await reloading.look();
    expect(taken).toEqual([]);
    await reloading.look();
    await reloading.look();
    expect([taken, told]).toEqual([["two"], ["config.load two"]]);
  });

  test("what changes at every look is still being written", async () => {
    const { reloading, taken } = await opened();
    for (const text of ["t", "tw", "two"]) {
      writeFileSync(file, text);
      await reloading.look();
    }
    expect(taken).toEqual([]);
    await reloading.look();
    expect(taken).toEqual(["two"]);
  });

  test("what changed back before it settled is no change", async () => {
    const { reloading, reads } = await opened();
    writeFileSync(file, "two");
    await reloading.look();
    writeFileSync(file, "one");
    await reloading.look();
    await reloading.look();
    expect(reads()).toBe(0);
  });

  test("what is refused is said once, keeps the old, and is mended by the next change", async () => {
    const { reloading, taken, told, logged } = await opened();
    writeFileSync(file, "bad");
    for (let at = 0; at < 6; at += 1) await reloading.look();
    expect([told, logged, taken, reloading.isRefused]).toEqual([
      ["config.refused it is bad"],
      ["error config refused"],
      [],
      true,
    ]);
    writeFileSync(file, "one");
    await reloading.look();
    await reloading.look();
    expect([taken, reloading.isRefused]).toEqual([["one"], false]);
  });

  test("a link that is turned to another file of the same size and time is a change", async () => {
    const { reloading, taken } = await opened();
    writeFileSync(join(folder, "b"), "two");
    symlinkSync("b", join(folder, "link"));
    renameSync(join(folder, "link"), file);
    await reloading.look();
    await reloading.look();
    expect(taken).toEqual(["two"]);
  });

  test("a signal between two looks does not make the same file be read twice", async () => {
    const { reloading, taken } = await opened();
    writeFileSync(file, "two");
    await reloading.look();
    await reloading.reload(by);
    await reloading.look();
    await reloading.look();
    expect(taken).toEqual(["two"]);
  });
});

test("whoever asks at once waits for each other", async () => {
  const { reloading, taken } = await opened();
  const answers = await Promise.all([reloading.reload(by), reloading.reload(by)]);
  expect(answers.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(taken).toEqual(["one", "one"]);
});

test("a change that the log cannot keep is not made", async () => {
  const { reloading, taken } = await opened({
    tell: () => Promise.reject(new Error("the disk is full")),
  });
  expect(await reloading.reload(by)).toEqual({
    kind: "refused",
    seq: undefined,
    reason: "the disk is full",
  });
  expect(taken).toEqual([]);
});

describe("what lies there", () => {
  test.each<[string, () => void, string]>([
    ["nothing", () => {}, "absent"],
    ["a folder", () => mkdirSync(file), "no file"],
    ["a file below a file", () => writeFileSync(folder + "x", ""), "absent"],
    ["one that is too large", () => writeFileSync(file, Buffer.alloc(4_194_305)), "too large"],
    ["a link to itself", () => symlinkSync(file, file), "unreadable"],
  ])("%s", async (_, make, expected) => {
    make();
    expect((await fingerprintOf([file])).get(file)).toBe(expected);
    rmSync(folder + "x", { force: true });
  });

  test("one at the limit is read", async () => {
    writeFileSync(file, Buffer.alloc(4_194_304));
    expect((await fingerprintOf([file])).get(file)).toMatch(/^[0-9a-f]{64}$/u);
  });

  test("a pipe that nobody writes to holds nobody", async () => {
    const { spawnSync } = await import("node:child_process");
    if (spawnSync("mkfifo", ["--", file]).status !== 0) return;
    expect((await fingerprintOf([file])).get(file)).toBe("no file");
  });

  test("a path that was not looked at before is no change", () => {
    expect(
      changedSince(
        new Map([["a", "1"]]),
        new Map([
          ["a", "1"],
          ["b", "2"],
        ]),
      ),
    ).toEqual([]);
    expect(changedSince(new Map([["a", "1"]]), new Map([["a", "2"]]))).toEqual(["a"]);
  });

  test("what went away is refused, what was never there is not", () => {
    const gone = new Map([[file, "absent"]]);
    expect(() => refuseUnreadable(new Map([[file, "1"]]), gone)).toThrowError(/is gone/u);
    expect(() => refuseUnreadable(gone, gone)).not.toThrowError();
    expect(() => refuseUnreadable(gone, new Map([[file, "no file"]]))).toThrowError(/is no file/u);
  });
});

/** An answer that a test ends. */
function answer(): { readonly once: (name: string, end: () => void) => void; end: () => void } {
  const made = { once: (_: string, end: () => void) => void (made.end = end), end: () => {} };
  return made;
}

describe("a generation", () => {
  test("is over when the last of its answers is, and not before those of earlier ones", async () => {
    const [old, young] = [answer(), answer()];
    const first = new Generation();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that it asks of an answer
    first.enter(old as never);
    const second = new Generation(first.ended());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    second.enter(young as never);
    let isOver = false;
    const ended = second.ended().then(() => {
      isOver = true;
      return undefined;
    });
    young.end();
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    old.end();
    await ended;
    expect(isOver).toBe(true);
  });

  test("of nothing is over", async () => {
    await expect(new Generation().ended()).resolves.toBeUndefined();
  });
});
