import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

import { afterAll, expect, test } from "vitest";

import { EXECUTABLE } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(() => {
  world.remove();
});

async function guard(input: string, args: readonly string[] = []) {
  const child = spawn(process.execPath, [EXECUTABLE, "guard", ...args], {
    cwd: world.folder("here", {}),
  });
  const ended = once(child, "close");
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { code, stderr, decisions: lines.map((line): unknown => JSON.parse(line)) };
}

const line = (id: unknown, said: unknown): string => `${JSON.stringify({ id, text: said })}\n`;

test("decisions come in order, and every good line has one though others are bad", async () => {
  const { code, stderr, decisions } = await guard(
    `${line(1, "mail ada@example.org")}no JSON\n${line(2, 7)}\n${line({ own: "id" }, "nothing")}`,
  );
  expect(decisions).toEqual([
    {
      id: 1,
      decision: "redact",
      text: "mail [EMAIL_1]",
      spans: [{ start: 5, end: 20, type: "email", rule: "email" }],
    },
    { id: { own: "id" }, decision: "allow", text: "nothing", spans: [] },
  ]);
  expect(stderr.match(/line \d+/gu)).toEqual(["line 2", "line 3"]);
  expect(code).toBe(1);
});

test("a policy says what is done, and one that names no guard is refused", async () => {
  const block = world.file("block.yaml", "serve: { guards: { personal-data: block } }\n");
  const blocked = await guard(line(1, "mail ada@example.org"), ["--policy", block]);
  expect(blocked).toMatchObject({ code: 0, decisions: [{ decision: "block", text: "" }] });
  const wrong = world.file("wrong.yaml", "serve: { guards: { nothing: block } }\n");
  expect(await guard("", ["--policy", wrong])).toMatchObject({ code: 2, decisions: [] });
});
