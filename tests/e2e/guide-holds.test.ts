import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import {
  openScripted,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { chatBody } from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { atDesk } from "./held.ts";
import { EXECUTABLE, ROOT, spawned, type Ran } from "./run.ts";
import { makeWorld } from "./world.ts";

/** The guide's own snippets, in order: `docs/guides/holds.md` says nothing that is not run here. */
const guide = readFileSync(join(ROOT, "docs/guides/holds.md"), "utf8");
const blocks = (kind: string): readonly string[] =>
  Array.from(
    guide.matchAll(new RegExp(`\`\`\`${kind}\\n([^]*?)\`\`\``, "gu")),
    ([, text = ""]) => text,
  );

const world = makeWorld();
const home = world.folder("home", { "plimsoll.yaml": blocks("yaml")[0] ?? "" });
let upstream: ScriptedUpstream;
let gateway: RunningGateway;
const variables: Record<string, string> = {};

/** Runs a snippet as a person would paste it, with `npx` bringing this program. */
function paste(snippet: string): Promise<Ran> {
  return spawned("/bin/sh", ["-euc", snippet], {
    cwd: home,
    env: {
      ...variables,
      PATH: `${join(world.path, "bin")}:${process.env["PATH"] ?? ""}`,
      PLIMSOLL_HOME: join(home, "state"),
      PLIMSOLL_KEY: variables["ADA"] ?? "",
    },
  });
}

async function held(name: string): Promise<void> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${variables["SHOP"] ?? ""}`,
    },
    body: JSON.stringify({ model: "chat", messages: [{ role: "user", content: "my account?" }] }),
  });
  const { error }: { error: { ticket: string } } = JSON.parse(await response.text());
  const id = error.ticket.slice(error.ticket.lastIndexOf("/") + 1);
  const digest = await atDesk(home, variables["ADA"], async (review, by) => {
    const shown = await review.show(id, by);
    return shown.kind === "shown" ? shown.hold.digest : "";
  });
  variables[name] = id;
  variables[name === "HOLD" ? "DIGEST" : `${name}_DIGEST`] = digest;
}

beforeAll(async () => {
  const shim = `#!/bin/sh\nshift\nexec "${process.execPath}" "${EXECUTABLE}" "$@"\n`;
  chmodSync(world.file("bin/npx", shim), 0o755);
  upstream = await openScripted((asked, response) => {
    response.setHeader("content-type", "application/json");
    response.end(
      asked.path === "/v1/models" ? "{}" : chatBody("It is DE89 3704 0044 0532 0130 00."),
    );
  });
});
afterAll(async () => {
  await gateway.end();
  await upstream.close();
  world.remove();
});

test("every snippet does what the guide says", async () => {
  const [keys, look, release, agree, refuse, edit, fetched, log, ...more] = blocks("sh");
  expect(more).toEqual([]);
  const made = await paste(keys ?? "");
  const [ada = "", bob = "", shop = ""] = made.stdout.match(/plm_[\w-]+/gu) ?? [];
  Object.assign(variables, { ADA: ada, BOB: bob, SHOP: shop });
  gateway = await startGateway(["--upstream", `chat=${upstream.url}`], home);
  variables["GATEWAY"] = gateway.url;
  await held("HOLD");
  await held("OTHER");
  await held("THIRD");
  const looked = await paste(look ?? "");
  expect([looked.code, looked.stderr]).toEqual([0, ""]);
  expect(looked.stdout).toContain("It is [IBAN].");
  expect(looked.stdout).toContain(variables["DIGEST"]);
  expect((await paste(release ?? "")).stdout).toContain("waits for 1 more");
  expect((await paste(agree ?? "")).stdout).toContain("is released");
  expect((await paste(refuse ?? "")).stdout).toContain("is refused");
  expect((await paste(edit ?? "")).stdout).toContain("waits for 1 more");
  const got = await paste(fetched ?? "");
  expect(JSON.parse(got.stdout)).toMatchObject({
    choices: [{ message: { content: "It is [IBAN]." } }],
  });
  expect((await paste(log ?? "")).stdout).toContain(variables["HOLD"]);
});
