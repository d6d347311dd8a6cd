import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { loadSetting, type LoadedSetting } from "../../config/load.ts";
import { isBesideModel, isOwnSetting, judgedBy, type JudgedBy } from "./own-setting.ts";

const base = mkdtempSync(join(tmpdir(), "plim-own-"));
const model = join(base, "model");
const home = join(base, "home");
for (const folder of [model, home]) mkdirSync(folder);
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

const WAIVERS = `waivers:
  - { code: PLM-SEC-001, digest: "sha256:${"a".repeat(64)}", reason: r, author: a }
`;

/** Judges the model by a file that lies in it, from within, as `vet .` does. */
async function judge(
  text: string,
  more: { file?: string; users?: string } = {},
): Promise<JudgedBy> {
  writeFileSync(join(model, "plimsoll.yaml"), text);
  writeFileSync(join(home, "plimsoll.yaml"), more.users ?? "");
  const load = (readsFolder: boolean): Promise<LoadedSetting> =>
    loadSetting({
      cwd: model,
      where: { env: { PLIMSOLL_HOME: home }, platform: "linux", home },
      file: more.file,
      readsFolder,
      flags: {},
    });
  return judgedBy(await load(true), ".", model, () => load(false));
}

describe("a setting file that lies in the model and that nobody named", () => {
  test("cannot take a concern out, nor what is strict, nor a waiver in", async () => {
    const weak = `require: [community]\nstrict: false\naudience: me\n${WAIVERS}`;
    const users = "audience: team\nstrict: true\n";
    const { policy, setting, leftOut } = await judge(weak, { users });
    expect(leftOut).toBe("all");
    expect(setting.audience).toBe("team");
    expect(policy.strict).toBe(true);
    expect(policy.require).toEqual(expect.arrayContaining(["security", "quality", "community"]));
    expect(policy.waivers ?? []).toEqual([]);
  });

  test("cannot say how much memory there is, or how little is asked of the model", async () => {
    const { setting } = await judge(
      "hardware: { memory: 900 GiB }\ncontext: 1\ndata: public\nappetite: note\n",
    );
    expect(setting).toMatchObject({
      hardware: { memory: null },
      context: 4096,
      data: "internal",
      appetite: "ask",
    });
  });

  test("may ask for more", async () => {
    const { policy, setting } = await judge("audience: public\nstrict: true\n");
    expect(setting.audience).toBe("public");
    expect(policy.require).toContain("ethics");
    expect(policy.strict).toBe(true);
  });
});

test("named, it counts whole but for its waivers", async () => {
  const file = join(model, "plimsoll.yaml");
  const { policy, setting, leftOut } = await judge(`context: 9\nrequire: [ease]\n${WAIVERS}`, {
    file,
  });
  expect(leftOut).toBe("waivers");
  expect(setting.context).toBe(9);
  expect(policy).toMatchObject({ require: ["ease"], waivers: [] });
});

test("one outside the model counts whole, also where its name begins alike", async () => {
  const loaded = await loadSetting({
    cwd: home,
    where: { env: {}, platform: "linux", home },
    flags: {},
  });
  writeFileSync(join(base, "model.yaml"), "");
  const judged = await judgedBy(
    { ...loaded, found: join(base, "model.yaml"), waiversFrom: join(base, "model.yaml") },
    model,
    base,
    () => Promise.reject(new TypeError("not asked")),
  );
  expect(judged.leftOut).toBe("nothing");
});

test("a link in the model is the model's, wherever it leads", () => {
  writeFileSync(join(base, "outside.yaml"), "");
  symlinkSync(join(base, "outside.yaml"), join(model, "link.yaml"));
  symlinkSync(join(model, "plimsoll.yaml"), join(base, "to-inside.yaml"));
  expect(isOwnSetting(join(model, "link.yaml"), "model", base)).toBe(true);
  expect(isOwnSetting(join(base, "to-inside.yaml"), "model", base)).toBe(true);
  expect(isOwnSetting(join(base, "outside.yaml"), "model", base)).toBe(false);
});

describe("a setting file beside a model that is one file", () => {
  const file = join(model, "model.gguf");
  const judgeFile = async (named?: string): Promise<JudgedBy> => {
    writeFileSync(file, "");
    writeFileSync(join(model, "plimsoll.yaml"), `require: [community]\ncontext: 9\n${WAIVERS}`);
    const load = (readsFolder: boolean): Promise<LoadedSetting> =>
      loadSetting({
        cwd: model,
        where: { env: {}, platform: "linux", home },
        file: named,
        readsFolder,
        flags: {},
      });
    return judgedBy(await load(true), "model.gguf", model, () => load(false));
  };

  test("found there, it can only ask for more", async () => {
    const { policy, setting, leftOut } = await judgeFile();
    expect(leftOut).toBe("all");
    expect(setting.context).toBe(4096);
    expect(policy.require).toEqual(expect.arrayContaining(["security", "community"]));
    expect(policy.waivers ?? []).toEqual([]);
  });

  test("named, it counts whole, with its waivers", async () => {
    const { policy, setting, leftOut } = await judgeFile(join(model, "plimsoll.yaml"));
    expect(leftOut).toBe("nothing");
    expect(setting.context).toBe(9);
    expect(policy.waivers).toHaveLength(1);
  });

  test("a folder further up or down is not beside it, and a link has both sides", () => {
    writeFileSync(file, "");
    writeFileSync(join(home, "blob"), "");
    symlinkSync(join(home, "blob"), join(model, "linked.gguf"));
    expect(isBesideModel(join(model, "plimsoll.yaml"), "model/model.gguf", base)).toBe(true);
    expect(isBesideModel(join(base, "plimsoll.yaml"), "model/model.gguf", base)).toBe(false);
    expect(isBesideModel(join(model, "plimsoll.yaml"), "model", base)).toBe(false);
    for (const folder of [model, home]) {
      expect(isBesideModel(join(folder, "plimsoll.yaml"), "model/linked.gguf", base)).toBe(true);
    }
  });
});
