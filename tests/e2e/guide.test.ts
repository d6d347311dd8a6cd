import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openStage, type Stage } from "./clients.ts";
import { runSnippet, snippetsIn, type Snippet } from "./snippets.ts";
import { makeWorld } from "./world.ts";

const PAGE = "docs/guides/serve.md";

/** The address that the page tells. */
const TOLD = "http://127.0.0.1:8080";

const world = makeWorld();
const home = world.folder("home", {});
let stage: Stage;
beforeAll(async () => {
  stage = await openStage(home);
});
afterAll(async () => {
  await stage.close();
  world.remove();
});

/** Runs a snippet as the page has it, but for the address, and returns what it says. */
async function run(program: string, args: readonly string[], { code }: Snippet): Promise<string> {
  const ran = await runSnippet(program, args, code.replaceAll(TOLD, stage.gateway.url));
  expect([ran.code, program === "sh" ? "" : ran.stderr]).toEqual([0, ""]);
  return ran.stdout;
}

/** What a reader sees: their own address. */
const ANSWERED = "You said: Write to ada@example.org";

describe("JavaScript", () => {
  const snippets = snippetsIn(PAGE, "js");
  test("there is one of each client", () => {
    const all = snippets.map(({ code }) => code).join("");
    for (const name of ["openai", "@anthropic-ai/sdk", "ai", "@langchain/openai"]) {
      expect(all).toContain(`from "${name}"`);
    }
  });
  test.each(snippets)("line $line", async (snippet) => {
    expect(await run(process.execPath, ["--input-type=module"], snippet)).toContain(ANSWERED);
    expect(JSON.stringify(stage.last())).toContain("[EMAIL_1]");
  });
});

describe.skipIf(process.platform === "win32")("curl", () => {
  const snippets = snippetsIn(PAGE, "sh").filter(({ code }) => code.startsWith("curl"));
  test("there are some", () => {
    expect(snippets.length).toBeGreaterThanOrEqual(3);
  });
  test.each(snippets)("line $line", async (snippet) => {
    expect(textOf(await run("sh", [], snippet))).toContain(ANSWERED);
  });
});

/** What an answer says: the pieces of its events, or its one body. */
function textOf(said: string): string {
  const pieces = [...said.matchAll(/^data: .*"content":"((?:[^"\\]|\\.)*)"/gmu)];
  return pieces.length === 0 ? said : pieces.map(([, piece]) => piece).join("");
}

/** Folder of a virtual environment with the Python clients: `npm run e2e -- --python VENV`. */
const venv = process.env["PLIMSOLL_TEST_PYTHON"];

describe.skipIf(venv === undefined)("Python", () => {
  const snippets = snippetsIn(PAGE, "python");
  const python = join(
    venv ?? "",
    process.platform === "win32" ? "Scripts/python.exe" : "bin/python",
  );
  test("there is one of each client", () => {
    const all = snippets.map(({ code }) => code).join("");
    for (const name of ["openai", "anthropic", "langchain_openai"]) {
      expect(all).toContain(`from ${name} import`);
    }
  });
  test.each(snippets)("line $line", async (snippet) => {
    expect(await run(python, ["-"], snippet)).toContain(ANSWERED);
  });
});

test("no server saw the address", () => {
  const asked = JSON.stringify(stage.asked());
  expect(asked).toContain("[EMAIL_1]");
  expect(asked).not.toContain("ada@");
});
