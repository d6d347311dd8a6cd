import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { plimsoll, vetted } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

const model = world.folder("model", { "notes.txt": "a few words\n" });
// One check is enough to see a setting in the report.
const quick = ["--only", "PLM-SEC-001"];

describe.concurrent("precedence: flag, variable, ./plimsoll.yaml, the user's file, default", () => {
  const here = world.folder("here", { "plimsoll.yaml": "audience: team\n" });
  const home = world.folder("home", { "plimsoll.yaml": "audience: public\ncontext: 99\n" });
  const other = world.file("other.yaml", "audience: me\n");
  const asPublic = { PLIMSOLL_AUDIENCE: "public" };
  const withHome = { PLIMSOLL_HOME: home };

  test.each([
    ["default", [], {}, "me"],
    ["the user's file", [], { env: withHome }, "public"],
    ["./plimsoll.yaml over the user's file", [], { cwd: here, env: withHome }, "team"],
    ["variable over file", [], { cwd: here, env: asPublic }, "public"],
    ["flag over variable", ["--audience", "me"], { cwd: here, env: asPublic }, "me"],
    ["--setting in place of ./plimsoll.yaml", ["--setting", other], { cwd: here }, "me"],
    [
      "PLIMSOLL_SETTING in place of ./plimsoll.yaml",
      [],
      { cwd: here, env: { PLIMSOLL_SETTING: other } },
      "me",
    ],
    ["an empty variable says nothing", [], { cwd: here, env: { PLIMSOLL_AUDIENCE: "" } }, "team"],
  ] as const)("%s", async (_, args, options, audience) => {
    const { report } = await vetted(model, [...quick, ...args], options);
    expect(report.setting.audience).toBe(audience);
  });

  test("a field that the nearer file does not have comes from the user's", async () => {
    const { report } = await vetted(model, quick, { cwd: here, env: withHome });
    expect(report.setting.context).toBe(99);
  });

  test("the audience decides what is required", async () => {
    const { report } = await vetted(model, ["--audience", "public"]);
    expect(report.required).toContain("ethics");
    expect(report.required).toContain("privacy");
  });
});

describe.concurrent("a setting file that cannot be used ends with 2 and says where", () => {
  test.each([
    ["an unknown key", "use: chat\naudiense: me\n", ["audiense", "line 2", '"audience"']],
    ["a value of the wrong kind", "context: many\n", ["context", "line 1"]],
    ["two problems at once", "audience: all\ncontext: -1\n", ["audience", "context"]],
    ["a key said twice", "audience: me\naudience: team\n", ["plimsoll.yaml"]],
    ["no YAML at all", "audience: [me\n\t}", ["plimsoll.yaml"]],
    ["a list in place of fields", "- audience\n", ["plimsoll.yaml"]],
    ["an alias that holds itself", "territory: &a\n  seat: *a\n", ["plimsoll.yaml"]],
    [
      "aliases that multiply",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
        .split("")
        .map(
          (key, index) =>
            `${key}: &${key} [${Array(9)
              .fill(`*${"abcdefgh"[index] ?? "a"}`)
              .join()}]\n`,
        )
        .join("")}`,
      ["plimsoll.yaml"],
    ],
    ["2 MiB of comment", `#${"x".repeat(2_097_152)}\n`, ["plimsoll.yaml"]],
  ])("%s", async (name, text, named) => {
    const cwd = world.folder(`bad ${name}`, { "plimsoll.yaml": text });
    const ran = await plimsoll(["vet", model, ...quick], { cwd });
    expect(ran.stdout).toBe("");
    for (const word of named) expect(ran.stderr).toContain(word);
    expect(ran.code).toBe(2);
  });

  test("a folder of that name", async () => {
    const cwd = world.folder("bad folder", {});
    mkdirSync(join(cwd, "plimsoll.yaml"));
    const ran = await plimsoll(["vet", model, ...quick], { cwd });
    expect(ran.stderr).toContain("plimsoll.yaml");
    expect(ran.code).toBe(2);
  });

  test("an empty one says nothing and is fine", async () => {
    const cwd = world.folder("empty setting", { "plimsoll.yaml": "" });
    expect((await vetted(model, quick, { cwd })).report.setting.audience).toBe("me");
  });
});
