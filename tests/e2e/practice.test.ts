import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import type { Concern } from "../../packages/plimsoll/src/kernel/concern.ts";
import type { Report } from "../../packages/plimsoll/src/report/report.ts";
import { EXECUTABLE, plimsoll, reportOf, ROOT, spawned, vetted } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

function home(name: string): { readonly PLIMSOLL_HOME: string } {
  return { PLIMSOLL_HOME: join(world.path, name) };
}

describe.concurrent("plimsoll up", () => {
  test("shows a pass and a stop, and ends with 0", async () => {
    const ran = await plimsoll(["up"], { env: home("first") });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toBe("");
    expect(ran.stdout).toMatch(/^sound {2}[\s\S]+(?:CLEAR|CAUTION)[\s\S]+^leaky {2}[\s\S]+STOP/mu);
  });

  test("its models answer as they should, each for its own reason", async () => {
    const env = home("each");
    const ran = await plimsoll(["up", "--json"], { env });
    expect(ran.code).toBe(0);
    const [sound, leaky] = reportsOf(ran.stdout);
    expect(["clear", "caution"]).toContain(sound?.verdict);
    expect(sound?.unread).toEqual([]);
    const verdicts = Object.values(sound?.concerns ?? {}).map((concern) => concern.verdict);
    expect(verdicts).toHaveLength(10);
    expect(verdicts).not.toContain("stop");
    expect(verdicts).not.toContain("unknown");
    expect(leaky?.verdict).toBe("stop");
    expect(found(leaky, "security")).toContain("pytorch_model.bin");
    expect(found(leaky, "security")).toContain("upload_config.json");
    expect(found(leaky, "privacy")).toContain("training/conversations.jsonl");
  });

  test("and vetted one by one they answer the same", async () => {
    const env = home("alone");
    await plimsoll(["up"], { env });
    const folder = join(env.PLIMSOLL_HOME, "practice");
    const [sound, leaky] = await Promise.all([
      vetted(join(folder, "sound"), [], { cwd: folder }),
      vetted(join(folder, "leaky"), [], { cwd: folder }),
    ]);
    expect(sound.code).toBe(0);
    expect(leaky.code).toBe(1);
    expect(leaky.report.verdict).toBe("stop");
  });

  test("a second run changes nothing, puts right what was spoilt and leaves nothing behind", async () => {
    const env = home("twice");
    const folder = join(env.PLIMSOLL_HOME, "practice");
    const first = await plimsoll(["up", "--json"], { env });
    const before = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
    rmSync(join(folder, "leaky"), { recursive: true });
    writeFileSync(join(folder, "sound", "README.md"), "spoilt");
    const second = await plimsoll(["up", "--json"], { env });
    expect(second.code).toBe(0);
    expect(readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()).toEqual(before);
    expect(readFileSync(join(folder, "sound", "README.md"), "utf8")).not.toBe("spoilt");
    expect(reportsOf(second.stdout).map((report) => report.verdict)).toEqual(
      reportsOf(first.stdout).map((report) => report.verdict),
    );
  });

  test("two at once both end with 0", async () => {
    const env = home("at once");
    const runs = await Promise.all([plimsoll(["up"], { env }), plimsoll(["up"], { env })]);
    expect(runs.map((ran) => ran.code)).toEqual([0, 0]);
    expect(readdirSync(join(env.PLIMSOLL_HOME, "practice")).toSorted()).toEqual([
      "leaky",
      "plimsoll.schema.json",
      "plimsoll.yaml",
      "sound",
    ]);
  });

  test("a setting that a person changed is used, and one that is broken is told", async () => {
    const env = home("changed");
    await plimsoll(["up"], { env });
    const setting = join(env.PLIMSOLL_HOME, "practice", "plimsoll.yaml");
    writeFileSync(setting, "audience: team\n");
    const ran = await plimsoll(["up", "--json"], { env });
    expect(reportsOf(ran.stdout).map((report) => report.setting.audience)).toEqual([
      "team",
      "team",
    ]);
    writeFileSync(setting, "audience: nobody\n");
    expect((await plimsoll(["up"], { env })).code).toBe(2);
  });

  test("a home that cannot be written: a temporary folder is used, and said so", async () => {
    const temporary = world.folder("temporary", {});
    const file = world.file("not-a-home", "");
    const env = { PLIMSOLL_HOME: join(file, "home"), TMPDIR: temporary };
    const ran = await plimsoll(["up"], { env });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(temporary);
    expect(readdirSync(temporary)).toHaveLength(1);
  });

  test("not even a temporary one: 3, and a sentence that says what to set", async () => {
    const file = world.file("nothing-writable", "");
    const env = { PLIMSOLL_HOME: join(file, "home"), TMPDIR: join(file, "tmp") };
    const ran = await plimsoll(["up"], { env });
    expect(ran.code).toBe(3);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain("PLIMSOLL_HOME");
  });

  test.skipIf(process.platform === "win32")(
    "a disk that takes no more: 3, and no half of a model is left",
    async () => {
      const env = { ...home("full"), TMPDIR: world.folder("full too", {}) };
      // The kernel refuses what goes beyond 64 KiB a file, as a full disk would.
      const script = `trap "" XFSZ; ulimit -f 128; exec "$0" "$1" up`;
      const ran = await spawned("sh", ["-c", script, process.execPath, EXECUTABLE], { env });
      expect(ran.code).toBe(3);
      expect(ran.stdout).toBe("");
      expect(ran.stderr).toContain("PLIMSOLL_HOME");
      expect(readdirSync(join(env.PLIMSOLL_HOME, "practice"))).toEqual([]);
    },
  );
});

test("npm start is plimsoll up", async () => {
  // npm writes its own logs at home.
  const env = { ...home("npm"), HOME: world.folder("npm home", {}) };
  const ran = await spawned("npm", ["start", "--silent"], { cwd: ROOT, env });
  expect(ran.stdout).toMatch(/^leaky {2}/mu);
  expect(ran.code).toBe(0);
});

/** The files in which a concern found something. */
function found(report: Report | undefined, concern: Concern): unknown[] {
  return (report?.concerns[concern]?.checks ?? []).flatMap((check) =>
    "findings" in check ? check.findings.map((finding) => finding.at?.file) : [],
  );
}

/** The reports of both models, each held against the published schema. */
function reportsOf(stdout: string): Report[] {
  const value: unknown = JSON.parse(stdout);
  const models: unknown = Object(value).models;
  if (!Array.isArray(models)) throw new Error(`no models: ${stdout}`);
  return models.map((model: unknown) => reportOf(JSON.stringify(Object(model).report)));
}
