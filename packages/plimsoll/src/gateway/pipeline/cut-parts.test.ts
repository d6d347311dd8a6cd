import { describe, expect, test } from "vitest";

import { turnRequest } from "../../engine/openai/request.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { decodeText, turnOf } from "../../testing/dialects/decoding.ts";
import { wordGuard } from "../../testing/word-guard.ts";
import { DIALECTS } from "../dialects/all.ts";
import { ACROSS_CHARS, ACROSS_MAX_CHARS } from "./cut-parts.ts";
import type { PolicyGuard } from "./guards.ts";
import { scanRequest } from "./request.ts";

const S = "hunter2-swordfish";
const HALVES = [S.slice(0, 7), S.slice(7)] as const;

async function sent(
  dialect: "chat" | "responses" | "messages",
  body: JsonObject,
  guards: readonly PolicyGuard[],
): Promise<unknown> {
  const scanned = await scanRequest(turnOf(decodeText(DIALECTS[dialect], body)), guards);
  if (scanned.kind === "halted") return "halted";
  const { messages }: { messages: { content: unknown }[] } = JSON.parse(
    turnRequest(scanned.turn).body,
  );
  return messages[0]?.content;
}

const text = (...all: readonly string[]): JsonObject[] =>
  all.map((one) => ({ type: "text", text: one }));

const chat = (content: readonly JsonObject[]): JsonObject => ({
  model: "m",
  messages: [{ role: "user", content }],
});

describe("what was cut in two by parts is still known", () => {
  test.each<["chat" | "responses" | "messages", JsonObject]>([
    ["chat", chat(text(`a ${HALVES[0]}`, `${HALVES[1]} b`))],
    [
      "responses",
      {
        model: "m",
        input: [
          {
            role: "user",
            content: [`a ${HALVES[0]}`, `${HALVES[1]} b`].map((one) => ({
              type: "input_text",
              text: one,
            })),
          },
        ],
      },
    ],
    [
      "messages",
      {
        model: "m",
        max_tokens: 9,
        system: text(`a ${HALVES[0]}`, `${HALVES[1]} b`),
        messages: [{ role: "user", content: "Hi" }],
      },
    ],
  ])("%s", async (dialect, body) => {
    expect(await sent(dialect, body, [wordGuard(S)])).toBe("a [WORD_1] b");
    expect(await sent(dialect, body, [wordGuard(S, { mode: "block" })])).toBe("halted");
  });

  test("in three, and with the rest as it was", async () => {
    const parts = text("first", `x${S.slice(0, 4)}`, S.slice(4, 9), `${S.slice(9)}y`, "last");
    expect(await sent("chat", chat(parts), [wordGuard(S)])).toEqual(
      text("first", "x[WORD_1]y", "last"),
    );
  });

  test.each([
    ["nothing lies across", text(HALVES[0], "other")],
    ["an image lies between", [...text(HALVES[0]), PIXEL(), ...text(HALVES[1])]],
    ["nothing is there", text("", S.slice(0, 3))],
  ])("parts stay parts where %s", async (_, parts) => {
    expect(await sent("chat", chat(parts), [wordGuard(S)])).toEqual(parts);
  });

  test("at the limit, and beyond it", async () => {
    for (const [length, isSeen] of [
      [ACROSS_CHARS, true],
      [ACROSS_CHARS + 1, false],
    ] as const) {
      // Of a part that is longer than both its ends, the middle is left out.
      const word = `${"x".repeat(length)}!`;
      const parts = text("y".repeat(ACROSS_CHARS) + word.slice(0, length), "!");
      const content = await sent("chat", chat(parts), [wordGuard(word)]);
      expect(content).toEqual(isSeen ? `${"y".repeat(ACROSS_CHARS)}[WORD_1]` : parts);
    }
  });

  test("parts are too many to be asked about: they are put together, and looked at so", async () => {
    const fill = "z".repeat(2 * ACROSS_CHARS);
    const fits = Array.from({ length: ACROSS_MAX_CHARS / fill.length }, () => fill);
    const asked = {
      model: "m",
      messages: [
        { role: "user", content: text(...fits.slice(0, 900)) },
        { role: "user", content: text(...fits.slice(900)) },
        { role: "user", content: text("a", "b") },
      ],
    };
    const contents = async (messages: readonly JsonObject[]): Promise<readonly unknown[]> => {
      const turn = turnOf(decodeText(DIALECTS.chat, { ...asked, messages }));
      const scanned = await scanRequest(turn, [wordGuard(S)]);
      return scanned.kind === "passed"
        ? scanned.turn.messages.map(({ parts }) => parts.length)
        : [];
    };
    expect(await contents(asked.messages.slice(0, 2))).toEqual([900, 124]);
    expect(await contents(asked.messages)).toEqual([900, 124, 1]);
  });

  test("a guard that throws is decided where it looks at the parts", async () => {
    const broken = wordGuard(S, {
      open: () => {
        throw new RangeError("broken");
      },
    });
    await expect(sent("chat", chat(text("a", "b")), [broken])).rejects.toThrow(RangeError);
  });
});

function PIXEL(): JsonObject {
  return { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
}
