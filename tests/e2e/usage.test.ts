import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { CHECKS } from "../../packages/plimsoll/src/generated/checks.ts";
import { VERSION } from "../../packages/plimsoll/src/generated/facts.ts";
import { soundFiles } from "../../packages/plimsoll/src/practice/sound.ts";
import { plimsoll, vetted } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

const sound = world.folder("sound", soundFiles());

describe.concurrent("what is fine ends with 0", () => {
  test("--version is one line", async () => {
    expect(await plimsoll(["--version"])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
  });

  test.each([[[]], [["vet"]], [["up"]], [["explain"]]])(
    "help of %j prints to stdout",
    async (verb) => {
      const ran = await plimsoll([...verb, "--help"]);
      expect(ran.code).toBe(0);
      expect(ran.stderr).toBe("");
      expect(ran.stdout).toContain("--help");
    },
  );

  test("a sound model, with nothing on stderr", async () => {
    const ran = await plimsoll(["vet", sound]);
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
  });
});

describe.concurrent("what was typed wrongly ends with 2, one sentence and nothing on stdout", () => {
  test.each([
    ["a missing path", ["vet", join(world.path, "nowhere")], "nowhere"],
    ["a path below a file", ["vet", join(sound, "LICENSE", "x")], "LICENSE"],
    ["a hub reference", ["vet", "hf:org/name"], "hf:org/name"],
    ["an ollama reference", ["vet", "ollama:name:tag"], "ollama:name:tag"],
    ["a web address", ["vet", "https://example.org/model"], "https://example.org/model"],
    ["an empty path", ["vet", ""], "empty"],
    ["no path", ["vet"], "path"],
    ["one of two paths that is not there", ["vet", sound, "/no/such/model"], "/no/such/model"],
    ["one name for two models", ["vet", sound, sound, "--lock", "--as", "x"], "--as"],
    ["a word that --only does not know", ["vet", sound, "--only", "nonsense"], "nonsense"],
    ["an --only that names nothing", ["vet", sound, "--only", ","], "only"],
    ["an unknown flag", ["vet", sound, "--jsno"], "--json"],
    ["an unknown verb", ["vte", sound], "vet"],
    ["no verb", [], "vet"],
    ["an unknown code", ["explain", "PLM-SEC-999"], "PLM-SEC-999"],
    ["a code nearly right", ["explain", "PLM-SEC-0001"], "PLM-SEC-001"],
    ["no code", ["explain"], "code"],
    ["an audience that is none", ["vet", sound, "--audience", "all"], "all"],
    ["a context that is none", ["vet", sound, "--context=-1"], "-1"],
    ["a context beyond counting", ["vet", sound, "--context", "1e99"], "1e99"],
    ["a setting file that is not there", ["vet", sound, "--setting", "none.yaml"], "none.yaml"],
  ])("%s", async (_, args, named) => {
    const ran = await plimsoll(args);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain(named);
  });
});

test("a fleet is one JSON object, in the order asked for", async () => {
  const { code, stdout } = await plimsoll(["vet", sound, sound, "--json", "--only", "licensing"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: "plimsoll/fleet@1",
    verdict: "clear",
    reports: [{ model: { reference: sound } }, { model: { reference: sound } }],
  });
});

describe.concurrent("--only", () => {
  test("a concern looks at that one alone, and is all that is required", async () => {
    const { report } = await vetted(sound, ["--only", "security"]);
    expect(Object.keys(report.concerns)).toEqual(["security"]);
    expect(report.required).toEqual(["security"]);
    expect(report.verdict).toBe(report.concerns.security?.verdict);
  });

  test("a code in small letters looks at that check alone", async () => {
    const { report } = await vetted(sound, ["--only", "plm-sec-001"]);
    const checks = Object.values(report.concerns).flatMap((concern) => concern.checks);
    expect(checks.map((check) => check.code)).toEqual(["PLM-SEC-001"]);
  });

  test("words are parted by commas, or the flag is given again", async () => {
    for (const flags of [
      ["--only", "security,licensing"],
      ["--only", "security", "--only", "licensing"],
    ]) {
      const { report } = await vetted(sound, flags);
      expect(Object.keys(report.concerns)).toEqual(["security", "licensing"]);
    }
  });
});

describe.concurrent("--strict", () => {
  // A note about no licence is a caution for the audience `me`.
  const bare = world.folder("bare", { "sound.gguf": soundFiles()["sound.gguf"] ?? "" });
  const unlicensed = world.folder("unlicensed", { "notes.txt": "a few words\n" });

  test("a caution ends with 1, and without it with 0", async () => {
    const only = ["--only", "licensing"];
    const lax = await vetted(unlicensed, only);
    expect(lax.report.verdict).toBe("caution");
    expect(lax.code).toBe(0);
    expect((await vetted(unlicensed, [...only, "--strict"])).code).toBe(1);
  });

  test("a clear ends with 0 all the same", async () => {
    const { code, report } = await vetted(bare, ["--only", "security", "--strict"]);
    expect(report.verdict).toBe("clear");
    expect(code).toBe(0);
  });
});

describe.concurrent("explain", () => {
  test.each(CHECKS.map((check) => [check.code, check.id] as const))(
    "%s (%s) has its page, offline",
    async (code, id) => {
      const [byCode, byId] = await Promise.all([
        plimsoll(["explain", code]),
        plimsoll(["explain", id, "--json"]),
      ]);
      expect(byCode.code).toBe(0);
      expect(byCode.stdout).toContain(code);
      expect(byId.code).toBe(0);
      expect(JSON.parse(byId.stdout)).toMatchObject({ schema: "plimsoll/page@1", code, id });
    },
  );
});
