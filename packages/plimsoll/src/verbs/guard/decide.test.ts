import { join } from "node:path";

import { expect, test } from "vitest";

import { openKnowledge } from "../../config/knowledge.ts";
import { preparePolicyGuards } from "../serve/guards.ts";
import { decideText } from "./decide.ts";
import { linesFrom } from "./lines.ts";

const knowledge = openKnowledge(join(import.meta.dirname, "../../../knowledge"));
const prepared = (guards: Parameters<typeof preparePolicyGuards>[0]["guards"]) =>
  preparePolicyGuards({ guards, knowledge });

const TEXT = "To a\u200Bda@example.org, card 4111 1111 1111 1111!";

test("spans are places of the text that came in, and what goes on is redacted", async () => {
  const { decision, text, spans } = await decideText(TEXT, await prepared(undefined));
  expect([decision, text]).toEqual(["redact", "To [EMAIL_1], card [CARD_1]!"]);
  expect(spans.map(({ start, end, type }) => [type, TEXT.slice(start, end)])).toEqual([
    ["email", "a\u200Bda@example.org"],
    ["card", "4111 1111 1111 1111"],
  ]);
});

test("a text that guards stop does not go on, and its spans are told", async () => {
  for (const mode of ["block", "hold"] as const) {
    const decided = await decideText(TEXT, await prepared({ "personal-data": mode }));
    expect([decided.decision, decided.text, decided.spans.length]).toEqual([mode, "", 2]);
  }
});

test("observing and a text of nothing change nothing", async () => {
  const observing = await prepared({ "personal-data": "observe", secrets: "off" });
  expect(await decideText(TEXT, observing)).toMatchObject({ decision: "allow", text: TEXT });
  expect(await decideText("", await prepared(undefined))).toEqual({
    decision: "allow",
    text: "",
    spans: [],
  });
});

test("lines come with their numbers however they are cut, without a mark and with the last one", async () => {
  const bytes = Buffer.from("\uFEFFone\r\n\nthree é\nlast");
  for (const size of [1, 3, 100]) {
    const read: string[] = [];
    for await (const { number, line } of linesFrom(pieces(bytes, size))) {
      read.push(`${number} ${line.trim()}`);
    }
    expect(read).toEqual(["1 one", "2 ", "3 three é", "4 last"]);
  }
});

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}
