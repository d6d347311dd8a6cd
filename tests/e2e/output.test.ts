/* oxlint-disable no-control-regex -- these are the characters that must not come out */
import { afterAll, describe, expect, test } from "vitest";

import { hubFolder, ggufWith, HOSTILE_TEMPLATE } from "./models.ts";
import { EXECUTABLE, plimsoll, spawned } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

/** Everything but line feed that moves a cursor, rings, reorders what is read, or hides. */
const CONTROL = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069]/u;

/** The colours that our own report uses, and no other sequence. */
const OWN_COLOURS = /\u001B\[(?:[0-2]?[0-9]|3[0-9])m/gu;

/** Clears the screen, sets a title, goes back, uses the 8-bit form, and turns reading round. */
const HOSTILE = "\u001B[2J\u001B]0;owned\u0007\rok\u009B2J\u202Egpj";

/** Foreign text in every place that a report quotes. */
const folder = world.folder("hostile", {
  ...hubFolder(),
  [`code${HOSTILE}.py`]: "import x\n",
  "config.json": JSON.stringify({
    model_type: HOSTILE,
    auto_map: { [`AutoModel${HOSTILE}`]: `x${HOSTILE}.Y` },
  }),
  "README.md": `---\nlicense: "${JSON.stringify(HOSTILE).slice(1, -1)}"\nbase_model: "a/${JSON.stringify(HOSTILE).slice(1, -1)}"\n---\n# x\n`,
  LICENSE: HOSTILE,
  "model.gguf": ggufWith(`${HOSTILE}${HOSTILE_TEMPLATE}{{ x['${HOSTILE}'] }}`),
});

describe.concurrent("foreign text", () => {
  test.each([
    ["piped", {}],
    ["piped, narrow", { COLUMNS: "40" }],
    ["with NO_COLOR", { NO_COLOR: "1" }],
  ])("%s: no control character comes out", async (_, env) => {
    const ran = await plimsoll(["vet", folder], { env });
    expect(ran.code).toBe(1);
    expect(ran.stdout).not.toMatch(CONTROL);
    expect(ran.stdout).toContain("\\u001b[2J");
    expect(ran.stderr).toBe("");
  });

  test("with FORCE_COLOR: none but our own colours", async () => {
    const ran = await plimsoll(["vet", folder], { env: { FORCE_COLOR: "1" } });
    expect(ran.stdout).toMatch(OWN_COLOURS);
    expect(ran.stdout.replaceAll(OWN_COLOURS, "")).not.toMatch(CONTROL);
  });

  test("NO_COLOR wins over FORCE_COLOR", async () => {
    const env = { NO_COLOR: "1", FORCE_COLOR: "1" };
    expect((await plimsoll(["vet", folder], { env })).stdout).not.toMatch(CONTROL);
  });

  test("in JSON: no escape character", async () => {
    const ran = await plimsoll(["vet", folder, "--json"]);
    expect(ran.stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/u);
  });

  test.each([
    [["vet", `/nowhere/${HOSTILE}`]],
    [["vet", `hf:${HOSTILE}`]],
    [["vet", folder, "--only", HOSTILE]],
    [["vet", folder, `--${HOSTILE}`]],
    [["vet", folder, "--audience", HOSTILE]],
    [["vet", folder, "--setting", HOSTILE]],
    [["explain", HOSTILE]],
    [[HOSTILE]],
  ])("in what was typed, repeated by an error (%#)", async (args) => {
    const ran = await plimsoll(args, { env: { FORCE_COLOR: "1" } });
    expect(ran.code).toBe(2);
    expect(ran.stderr.replaceAll(OWN_COLOURS, "")).not.toMatch(CONTROL);
  });

  test("in a setting file, repeated by an error", async () => {
    const cwd = world.folder("setting", {
      "plimsoll.yaml": `${JSON.stringify(HOSTILE)}: 1\naudience: ${JSON.stringify(HOSTILE)}\n`,
    });
    const ran = await plimsoll(["vet", folder], { cwd });
    expect(ran.code).toBe(2);
    expect(ran.stderr).not.toMatch(CONTROL);
  });
});

/** Vets the folder that is argument 2, and writes the exit code behind what came through. */
function pipeline(rest: string): string {
  return `"$0" "$1" vet "$2" ${rest}; echo "\${PIPESTATUS[0]}"`;
}

describe.concurrent("a reader that leaves early", () => {
  const files = Array.from({ length: 4_000 }, (_, index) => [`${index}.py`, "x\n"]);
  const many = world.folder("many", Object.fromEntries(files));

  test.skipIf(process.platform === "win32").each([
    ["--json | head -1", "{\n0\n"],
    ["--json | true", "0\n"],
  ])("%s ends quietly", async (rest, stdout) => {
    const args = ["-c", pipeline(rest), process.execPath, EXECUTABLE, many];
    expect(await spawned("bash", args)).toEqual({ code: 0, stdout, stderr: "" });
  });

  test.skipIf(process.platform === "win32")("one that stays gets the whole report", async () => {
    const args = ["-c", pipeline("--json | tail -1"), process.execPath, EXECUTABLE, many];
    expect(await spawned("bash", args)).toEqual({ code: 0, stdout: "}\n1\n", stderr: "" });
  });
});

test.concurrent("a width that is none is taken for 80 columns", async () => {
  for (const COLUMNS of ["0", "-5", "x", "1e9", "1"]) {
    const ran = await plimsoll(["vet", folder], { env: { COLUMNS } });
    expect(ran.code).toBe(1);
    expect(Math.max(...ran.stdout.split("\n").map((line) => line.length))).toBeLessThan(130);
  }
});
