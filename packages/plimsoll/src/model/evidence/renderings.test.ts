import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { EVIDENCE } from "../../generated/evidence.ts";
import { openEvidence, type Gathered } from "../../kernel/evidence-store.ts";
import { thisSystem } from "../../machine/system.ts";
import { CHAT_TEMPLATES } from "../../testing/chat-templates.ts";
import { directRenderer } from "../../testing/direct-renderer.ts";
import { resolveReference } from "../reference.ts";
import { takeSnapshot } from "../snapshot.ts";
import { CONVERSATIONS } from "../templates/conversations.ts";
import type { ChatRequest, Renderer } from "../templates/render/contract.ts";
import { RENDERINGS_MAX_COPIES } from "./renderings.ts";

const home = mkdtempSync(join(tmpdir(), "plimsoll-renderings-"));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

type Files = Readonly<Record<string, string>>;

async function gather(
  name: string,
  files: Files,
  openRenderer?: () => Renderer,
): Promise<Gathered> {
  const folder = join(home, name);
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content);
  const snapshot = takeSnapshot(resolveReference(folder, home));
  const subject = {
    snapshot,
    system: thisSystem(),
    ...(openRenderer === undefined ? {} : { openRenderer }),
  };
  return openEvidence(EVIDENCE, subject).gather(["renderings"]);
}

/** A renderer that remembers what it was asked. */
function spied(asked: ChatRequest[]): () => Renderer {
  return () => {
    const direct = directRenderer();
    return {
      ...direct,
      renderMany: (requests) => {
        asked.push(...requests);
        return direct.renderMany(requests);
      },
    };
  };
}

function copies(count: number, text: (index: number) => string): Files {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `t${String(index).padStart(3, "0")}.jinja`,
      text(index),
    ]),
  );
}

const GRID = CONVERSATIONS.reduce((sum, { awaitsAnswer }) => sum + (awaitsAnswer ? 2 : 1), 0);

test("every copy is rendered over the grid in a thread, with the tokens beside it", async () => {
  const gathered = await gather("thread", {
    "tokenizer_config.json": JSON.stringify({
      bos_token: "<b>",
      eos_token: { content: "<e>" },
      chat_template: CHAT_TEMPLATES.llama2,
    }),
    "chat_template.jinja": "{{ raise_exception('no') }}",
  });
  if (gathered.kind !== "gathered") throw new TypeError("not gathered");
  const { renderings } = gathered.values;
  expect(gathered.unread).toEqual([]);
  expect(renderings.map(({ copy }) => copy.file)).toEqual([
    "tokenizer_config.json",
    "chat_template.jinja",
  ]);
  expect(renderings.map((one) => one.renderings.length)).toEqual([GRID, GRID]);
  expect(renderings[0]?.renderings[0]).toEqual({
    conversation: "single",
    prompted: true,
    result: { kind: "rendered", text: "<b>[INST] plmuser7x [/INST]" },
  });
  const kinds = renderings[1]?.renderings.map(({ result }) => result.kind);
  expect(new Set(kinds)).toEqual(new Set(["refused"]));
});

test("copies of one text are rendered once, and no more than the limit", async () => {
  const most = RENDERINGS_MAX_COPIES;
  const same: ChatRequest[] = [];
  await gather(
    "same",
    copies(most, () => "a"),
    spied(same),
  );
  // The first question is asked alone, to see whether the rest is worth it.
  expect(same.length).toBe(GRID + 1);
  const within = await gather("most", copies(most, String), spied([]));
  expect(within.unread).toEqual([]);
  const beyond = await gather("more", copies(most + 1, String), spied([]));
  expect(beyond.unread.map(({ file }) => file)).toEqual([`t0${most}.jinja`]);
});

test("a template that is too large for one question is not tried with others", async () => {
  const asked: ChatRequest[] = [];
  const template =
    "{% set n = namespace(s='ab') %}{% for i in range(40) %}{% set n.s = n.s + n.s %}{% endfor %}";
  const gathered = await gather("large", { "chat_template.jinja": template }, spied(asked));
  expect(asked.length).toBe(1);
  const kinds =
    gathered.kind === "gathered"
      ? gathered.values.renderings[0]?.renderings.map(({ result }) => result.kind)
      : [];
  expect(kinds).toEqual(Array.from({ length: GRID }, () => "too-large"));
});
