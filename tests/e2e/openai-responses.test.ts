import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import {
  answer,
  cut,
  echo,
  openStage,
  say,
  SCHEMA,
  TWO_ARGS,
  TWO_CALLS,
  type Stage,
} from "./clients.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
let stage: Stage;
let openai: OpenAI;
beforeAll(async () => {
  stage = await openStage(world.folder("home", {}));
  openai = new OpenAI({ baseURL: `${stage.gateway.url}/v1`, apiKey: "none", maxRetries: 0 });
});
afterEach(() => {
  stage.play(echo);
});
afterAll(async () => {
  await stage.close();
  world.remove();
});

const user = (content: string) => ({ role: "user" as const, content });

const callsIn = (output: readonly OpenAI.Responses.ResponseOutputItem[]) =>
  output.flatMap((item) => (item.type === "function_call" ? [item] : []));

describe("responses", () => {
  const asked = { model: "chat", input: "hello" };
  const tool = { type: "function" as const, name: "look", parameters: SCHEMA, strict: true };

  test("plain", async () => {
    const got = await openai.responses.create({
      ...asked,
      instructions: "be kind",
      max_output_tokens: 20,
      store: false,
    });
    expect([got.output_text, got.status, got.usage?.total_tokens]).toEqual([
      "You said: hello",
      "completed",
      8,
    ]);
    expect(stage.last()).toMatchObject({
      messages: [{ role: "system", content: "be kind" }, user("hello")],
      max_tokens: 20,
    });
  });

  test("streamed: numbered events, and repeats that say the same", async () => {
    const stream = await openai.responses.create({ ...asked, stream: true });
    const events = await Array.fromAsync(stream);
    expect(events.map((one) => one.sequence_number)).toEqual([...events.keys()]);
    const text = events.map((one) => (one.type === "response.output_text.delta" ? one.delta : ""));
    const done = events.find((one) => one.type === "response.output_text.done");
    const last = events.at(-1);
    expect([text.join(""), done?.text]).toEqual(["You said: hello", "You said: hello"]);
    expect(last).toMatchObject({ type: "response.completed", response: { status: "completed" } });
  });

  test("several calls, whole and streamed, answered and gone on with", async () => {
    stage.play(answer(TWO_CALLS));
    const wants = { ...asked, tools: [tool] };
    const whole = await openai.responses.create(wants);
    const streamed = await openai.responses.stream(wants).finalResponse();
    for (const { output } of [whole, streamed]) {
      expect(callsIn(output).map(({ arguments: args }) => args)).toEqual(TWO_ARGS);
    }
    stage.play(echo);
    const calls = callsIn(whole.output);
    const answers = calls.map(({ call_id: id }) => ({
      type: "function_call_output" as const,
      call_id: id,
      output: "blue",
    }));
    const on = await openai.responses.create({
      ...wants,
      input: [user("hello"), ...calls, ...answers],
    });
    expect(on.output_text).toBe("You said: blue");
    const { messages }: { messages: { tool_calls?: { id: string }[] }[] } = Object(stage.last());
    const ids = calls.map(({ call_id: id }) => id);
    expect(messages.flatMap(({ tool_calls: own }) => own ?? []).map(({ id }) => id)).toEqual(ids);
  });

  test("structured", async () => {
    stage.play(say('{"sea":"blue"}'));
    const got = await openai.responses.parse({
      ...asked,
      text: { format: { type: "json_schema", name: "colours", schema: SCHEMA } },
    });
    expect(JSON.parse(got.output_text)).toEqual({ sea: "blue" });
    expect(stage.last()).toMatchObject({ response_format: { type: "json_schema" } });
  });

  test("what was cut short says so", async () => {
    stage.play(
      answer({ deltas: [{ content: "So" }], message: { content: "So" }, finish: "length" }),
    );
    const got = await openai.responses.create(asked);
    expect([got.status, got.incomplete_details?.reason]).toEqual([
      "incomplete",
      "max_output_tokens",
    ]);
    stage.play(cut);
    const failed = await openai.responses.stream(asked).finalResponse();
    expect([failed.status, failed.error?.code]).toEqual(["failed", "server_error"]);
  });

  test.each([
    [{ previous_response_id: "resp_1" }],
    [{ background: true }],
    [{ conversation: "conv_1" }],
    [{ tools: [{ type: "web_search" as const }] }],
  ])("%j is refused by name", async (more) => {
    await expect(openai.responses.create({ ...asked, ...more })).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    );
  });
});
