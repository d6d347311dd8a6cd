import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach, describe, expect, test } from "vitest";

import { serveCanned, type CannedServer } from "../../testing/dialects/canned-server.ts";
import { readAnswer, type ReadDialect } from "../../testing/dialects/client.ts";
import { BROKEN } from "../../testing/upstream/golden-broken.ts";
import { GOLDEN_CALLS } from "../../testing/upstream/golden-calls.ts";
import { GOLDEN_WORDS } from "../../testing/upstream/golden-words.ts";
import { FORMS, type Golden } from "../../testing/upstream/golden.ts";
import { playAnswer } from "../../testing/upstream/play.ts";
import { DIALECTS } from "./all.ts";

const GOLDEN: readonly Golden[] = [...GOLDEN_WORDS, ...GOLDEN_CALLS];

const READ: readonly ReadDialect[] = ["chat", "messages", "responses"];

/** How a dialect says why an answer ended. */
function endIn(dialect: ReadDialect, { end = "", refusal, calls }: Golden): string {
  if (dialect === "chat") return end;
  if (dialect === "responses") {
    return { length: "max_output_tokens", content_filter: end }[end] ?? "completed";
  }
  if (refusal !== undefined || end === "content_filter") return "refusal";
  if (end === "length") return "max_tokens";
  return calls === undefined ? "end_turn" : "tool_use";
}

describe.each(Object.keys(FORMS))("%s", (form) => {
  const bytesOf = FORMS[form] ?? (() => []);
  describe.each(READ)("%s", (dialect) => {
    test.each(GOLDEN)("$name", (golden) => {
      const { sent, failure } = playAnswer(bytesOf(golden), DIALECTS[dialect]);
      expect([failure, sent.includes("UNSEEN")]).toEqual([undefined, false]);
      const { calls, ...read } = readAnswer(dialect, sent);
      const refusal = golden.refusal ?? "";
      const isApart = dialect !== "messages";
      expect(read).toEqual({
        text: isApart ? (golden.text ?? "") : (golden.text ?? "") + refusal,
        reasoning: golden.reasoning ?? "",
        refusal: isApart ? refusal : "",
        end: endIn(dialect, golden),
        isConsistent: true,
      });
      expect(calls.map(({ name, args }) => [name, args])).toEqual(golden.calls ?? []);
    });

    test.each(BROKEN)("$name", (golden) => {
      const { sent, failure } = playAnswer(bytesOf(golden), DIALECTS[dialect]);
      expect(failure?.code).toBe(golden.fails);
      expect(sent).not.toMatch(/UNSEEN|\[DONE\]|message_stop|response\.completed|"stop_reason":"/u);
      expect(sent).toMatch(/"error"|response\.failed/u);
      expect(sent).toContain(golden.text ?? "look");
    });
  });

  test.each(GOLDEN)("completions: $name", (golden) => {
    const { sent } = playAnswer(bytesOf(golden), DIALECTS.completions);
    const texts = [...sent.matchAll(/"text":("(?:[^"\\]|\\.)*")/gu)].map(([, text]) =>
      String(JSON.parse(text ?? '""')),
    );
    expect(texts.join("")).toBe(golden.text ?? "");
    expect(sent).toContain("data: [DONE]");
  });
});

let server: CannedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(golden: Golden, dialect: ReadDialect): Promise<string> {
  const bytes = FORMS["byte by byte"]?.(golden) ?? [];
  const { sent, contentType } = playAnswer(bytes, DIALECTS[dialect]);
  server = await serveCanned(sent, contentType);
  return server.url;
}

describe("official clients", () => {
  test.each(GOLDEN)("openai reads $name", async (golden) => {
    const url = await serve(golden, "chat");
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "Hi" }];
    const got = await client.chat.completions
      .stream({ model: "m", messages })
      .finalChatCompletion();
    const [choice] = got.choices;
    expect(choice?.message.content ?? "").toBe(golden.text ?? "");
    expect(choice?.finish_reason).toBe(golden.end);
    const calls = choice?.message.tool_calls ?? [];
    expect(
      calls.map((one) =>
        one.type === "function" ? [one.function.name, one.function.arguments] : [],
      ),
    ).toEqual(golden.calls ?? []);
  });

  test.each(GOLDEN)("openai reads $name as a response", async (golden) => {
    const url = await serve(golden, "responses");
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
    const got = await client.responses.stream({ model: "m", input: "Hi" }).finalResponse();
    expect(got.output_text).toBe(golden.text ?? "");
    const calls = got.output.flatMap((item) =>
      item.type === "function_call" ? [[item.name, item.arguments]] : [],
    );
    expect(calls).toEqual(golden.calls ?? []);
  });

  test.each(GOLDEN)("anthropic reads $name", async (golden) => {
    const url = await serve(golden, "messages");
    const client = new Anthropic({ baseURL: url, apiKey: "none", maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "Hi" }];
    const got = await client.messages
      .stream({ model: "m", max_tokens: 9, messages })
      .finalMessage();
    const [said, calls] = [[""], [] as unknown[]];
    for (const block of got.content) {
      if (block.type === "text") said.push(block.text);
      if (block.type === "tool_use") calls.push([block.name, block.input]);
    }
    expect(said.join("")).toBe((golden.text ?? "") + (golden.refusal ?? ""));
    const inputs = (golden.calls ?? []).map(([name, args]) => [name, JSON.parse(args || "{}")]);
    expect(calls).toEqual(inputs);
  });

  test.each(BROKEN)("raise at $name", async (golden) => {
    const messages = [{ role: "user" as const, content: "Hi" }];
    const chat = await serve(golden, "chat");
    const openai = new OpenAI({ baseURL: `${chat}/v1`, apiKey: "none", maxRetries: 0 });
    const run = openai.chat.completions.stream({ model: "m", messages });
    await expect(run.finalChatCompletion()).rejects.toMatchObject({ code: "upstream_failed" });
    await server?.close();
    const own = await serve(golden, "messages");
    const anthropic = new Anthropic({ baseURL: own, apiKey: "none", maxRetries: 0 });
    const other = anthropic.messages.stream({ model: "m", max_tokens: 9, messages });
    await expect(other.finalMessage()).rejects.toMatchObject({ type: "api_error" });
  });
});
