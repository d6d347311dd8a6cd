import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import {
  answer,
  echo,
  json,
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
const hello = { model: "chat", messages: [user("hello")] };
const look = {
  type: "function" as const,
  function: { name: "look", description: "Looks there.", parameters: { type: "object" } },
};

describe("chat", () => {
  test("plain", async () => {
    const got = await openai.chat.completions.create({
      ...hello,
      messages: [{ role: "developer", content: "be kind" }, ...hello.messages],
      temperature: 0.5,
      stop: ["END"],
      seed: 7,
    });
    expect(got.choices).toMatchObject([
      { index: 0, finish_reason: "stop", message: { content: "You said: hello", refusal: null } },
    ]);
    expect([got.object, got.model, got.usage?.total_tokens]).toEqual([
      "chat.completion",
      "chat",
      8,
    ]);
    expect(stage.last()).toMatchObject({
      messages: [{ role: "developer", content: "be kind" }, user("hello")],
      temperature: 0.5,
      stop: ["END"],
      seed: 7,
    });
  });

  test("streamed: a role first, an end last, usage only where it is asked for", async () => {
    for (const isAsked of [true, false]) {
      const stream = await openai.chat.completions.create({
        ...hello,
        stream: true,
        ...(isAsked ? { stream_options: { include_usage: true } } : {}),
      });
      const chunks = await Array.fromAsync(stream);
      expect(chunks[0]?.choices[0]?.delta.role).toBe("assistant");
      expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
      const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
      const ends = chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? []);
      const usages = chunks.filter(({ usage }) => usage !== undefined && usage !== null);
      expect([text, ends]).toEqual(["You said: hello", ["stop"]]);
      expect(usages.map(({ choices, usage }) => [choices, usage?.total_tokens])).toEqual(
        isAsked ? [[[], 8]] : [],
      );
    }
  });

  test("several answers", async () => {
    stage.play((_, response) => {
      const choices = ["a", "b"].map((content, index) => ({
        index,
        message: { role: "assistant", content },
        finish_reason: "stop",
      }));
      json(response, 200, { choices });
    });
    const got = await openai.chat.completions.create({ ...hello, n: 2 });
    expect(got.choices.map(({ message }) => message.content)).toEqual(["a", "b"]);
    expect(stage.last()).toMatchObject({ n: 2 });
  });

  test("thinking comes beside the text", async () => {
    const thought = { reasoning_content: "Hm." };
    stage.play(
      answer({ deltas: [thought, { content: "Yes." }], message: { ...thought, content: "Yes." } }),
    );
    const whole = await openai.chat.completions.create(hello);
    expect(whole.choices[0]?.message).toMatchObject({ content: "Yes.", reasoning_content: "Hm." });
    const stream = await openai.chat.completions.create({ ...hello, stream: true });
    const deltas = (await Array.fromAsync(stream)).map(({ choices }) => choices[0]?.delta ?? {});
    expect(deltas).toContainEqual(expect.objectContaining({ reasoning_content: "Hm." }));
  });

  test("log-probabilities", async () => {
    const logprobs = { content: [{ token: "Yes", logprob: -0.1, bytes: null, top_logprobs: [] }] };
    stage.play((_, response) => {
      const message = { role: "assistant", content: "Yes" };
      json(response, 200, { choices: [{ index: 0, message, logprobs, finish_reason: "stop" }] });
    });
    const got = await openai.chat.completions.create({ ...hello, logprobs: true, top_logprobs: 2 });
    expect(got.choices[0]?.logprobs?.content).toMatchObject([{ token: "Yes", logprob: -0.1 }]);
    expect(stage.last()).toMatchObject({ logprobs: true, top_logprobs: 2 });
  });
});

describe("tools", () => {
  const asked = { ...hello, tools: [look] };

  test("several calls, whole and streamed to and fro", async () => {
    stage.play(answer(TWO_CALLS));
    const whole = await openai.chat.completions.create({ ...asked, parallel_tool_calls: true });
    const run = openai.chat.completions.stream({ ...asked, parallel_tool_calls: true });
    const streamed = await run.finalChatCompletion();
    for (const { choices } of [whole, streamed]) {
      const [choice] = choices;
      expect([choice?.finish_reason, choice?.message.content]).toEqual(["tool_calls", "I look."]);
      const calls = choice?.message.tool_calls ?? [];
      expect(calls.map((one) => "function" in one && one.function)).toMatchObject(
        TWO_ARGS.map((args) => ({ name: "look", arguments: args })),
      );
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    }
    expect(stage.last()).toMatchObject({ tools: [look], parallel_tool_calls: true });
  });

  test("the client's own loop: called, answered, and gone on with", async () => {
    stage.play((got, response) => {
      const { messages }: { messages: { role: string; content: string }[] } = Object(got.body);
      const told = messages.filter(({ role }) => role === "tool").map(({ content }) => content);
      if (told.length === 0) answer(TWO_CALLS)(got, response);
      else say(`It is ${told.join(" and ")}.`)(got, response);
    });
    const run = openai.chat.completions.runTools({
      ...hello,
      tools: [
        {
          type: "function",
          function: {
            name: "look",
            description: "Looks there.",
            parameters: { type: "object" },
            parse: (text: string): { at: string } => JSON.parse(text),
            function: ({ at }: { at: string }) => (at === "sea" ? "blue" : "grey"),
          },
        },
      ],
    });
    expect(await run.finalContent()).toBe("It is blue and grey.");
    const { messages }: { messages: { tool_calls?: { id: string }[]; tool_call_id?: string }[] } =
      Object(stage.last());
    const called = messages.flatMap(({ tool_calls: calls }) => calls ?? []).map(({ id }) => id);
    const answered = messages.flatMap(({ tool_call_id: id }) => id ?? []);
    expect([called.length, answered]).toEqual([2, called]);
  });

  test("one that must be called", async () => {
    const choice = { type: "function" as const, function: { name: "look" } };
    await openai.chat.completions.create({ ...asked, tool_choice: choice });
    expect(stage.last()).toMatchObject({ tool_choice: choice });
    await openai.chat.completions.create({ ...asked, tool_choice: "required" });
    expect(stage.last()).toMatchObject({ tool_choice: "required" });
  });
});

describe("structured output", () => {
  const format = {
    type: "json_schema" as const,
    json_schema: { name: "colours", strict: true, schema: SCHEMA },
  };
  test("whole and streamed", async () => {
    stage.play(say('{"sea":"blue"}'));
    const asked = { ...hello, response_format: format };
    const whole = await openai.chat.completions.parse(asked);
    const streamed = await openai.chat.completions.stream(asked).finalChatCompletion();
    for (const { choices } of [whole, streamed]) {
      expect(JSON.parse(choices[0]?.message.content ?? "")).toEqual({ sea: "blue" });
    }
    expect(stage.last()).toMatchObject({ response_format: format });
  });
  test("is looked at where the model writes what is no JSON", async () => {
    stage.play(say("write to grace@example.org"));
    const asked = { ...hello, response_format: format };
    const whole = await openai.chat.completions.create(asked);
    expect(whole.choices[0]?.message.content).toBe("write to [EMAIL]");
    const named = { name: "look", arguments: "grace@example.org" };
    const calls = [{ index: 0, id: "up", type: "function", function: named }];
    stage.play(answer({ deltas: [{ tool_calls: calls }], message: { tool_calls: calls } }));
    const called = await openai.chat.completions.create({ ...hello, tools: [look] });
    expect(called.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: "look", arguments: "[EMAIL]" } },
    ]);
  });
  test("stays JSON where a guard found something in it", async () => {
    stage.play(say('{"sea":"write to \\u0067race@example.org"}'));
    const got = await openai.chat.completions
      .stream({ ...hello, response_format: format })
      .finalChatCompletion();
    expect(JSON.parse(got.choices[0]?.message.content ?? "")).toEqual({ sea: "write to [EMAIL]" });
  });
});
