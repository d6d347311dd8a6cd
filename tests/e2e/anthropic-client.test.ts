import Anthropic from "@anthropic-ai/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import {
  answer,
  begin,
  cut,
  echo,
  hang,
  openStage,
  PIXEL,
  say,
  SCHEMA,
  TWO_ARGS,
  TWO_CALLS,
  type Stage,
} from "./clients.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
let stage: Stage;
let anthropic: Anthropic;
beforeAll(async () => {
  stage = await openStage(world.folder("home", {}));
  anthropic = new Anthropic({ baseURL: stage.gateway.url, apiKey: "none", maxRetries: 0 });
});
afterEach(() => {
  stage.play(echo);
});
afterAll(async () => {
  await stage.close();
  world.remove();
});

const user = (content: string) => ({ role: "user" as const, content });
const hello = { model: "chat", max_tokens: 50, messages: [user("hello")] };
const tools = [
  { name: "look", description: "Looks there.", input_schema: { type: "object" as const } },
];

/** What this client has no names for any more, and others still send. */
const drawn = { temperature: 0.5, top_k: 3 };

const callsIn = ({ content }: Anthropic.Message): readonly Anthropic.ToolUseBlock[] =>
  content.flatMap((block) => (block.type === "tool_use" ? [block] : []));

describe("words", () => {
  test("plain", async () => {
    const got = await anthropic.messages.create({
      ...hello,
      system: [{ type: "text", text: "be kind" }],
      stop_sequences: ["END"],
      ...drawn,
      metadata: { user_id: "ada" },
    });
    expect(got).toMatchObject({
      type: "message",
      role: "assistant",
      model: "chat",
      content: [{ type: "text", text: "You said: hello" }],
      stop_reason: "end_turn",
      usage: { input_tokens: 5, output_tokens: 3 },
    });
    expect(stage.last()).toMatchObject({
      messages: [{ role: "system", content: "be kind" }, user("hello")],
      max_tokens: 50,
      stop: ["END"],
      ...drawn,
    });
    expect(JSON.stringify(stage.last())).not.toContain("ada");
  });

  test("streamed: one block, with usage at its end", async () => {
    const stream = await anthropic.messages.create({ ...hello, stream: true });
    const events = await Array.fromAsync(stream);
    const types = events.map(({ type }) => type).filter((type) => type !== "content_block_delta");
    expect(types).toEqual([
      "message_start",
      "content_block_start",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    const run = anthropic.messages.stream(hello);
    expect(await run.finalText()).toBe("You said: hello");
    expect((await run.finalMessage()).usage).toMatchObject({ input_tokens: 5, output_tokens: 3 });
  });

  test("thinking is a block of its own, and goes back as it came", async () => {
    const thought = { reasoning_content: "Hm." };
    stage.play(
      answer({ deltas: [thought, { content: "Yes." }], message: { ...thought, content: "Yes." } }),
    );
    const asked = { ...hello, thinking: { type: "enabled" as const, budget_tokens: 1_024 } };
    const wide = { ...asked, max_tokens: 2_048 };
    const whole = await anthropic.messages.create(wide);
    const streamed = await anthropic.messages.stream(wide).finalMessage();
    for (const { content } of [whole, streamed]) {
      expect(content).toMatchObject([
        { type: "thinking", thinking: "Hm." },
        { type: "text", text: "Yes." },
      ]);
    }
    expect(stage.last()).toMatchObject({ reasoning_effort: "low" });
    const messages = [
      user("hello"),
      { role: "assistant" as const, content: whole.content },
      user("on"),
    ];
    await anthropic.messages.create({ ...wide, messages });
    expect(stage.last()).toMatchObject({
      messages: [{}, { role: "assistant", content: "Yes.", reasoning_content: "Hm." }, {}],
    });
  });

  test("what was cut short says so", async () => {
    stage.play(
      answer({ deltas: [{ content: "So" }], message: { content: "So" }, finish: "length" }),
    );
    expect((await anthropic.messages.create(hello)).stop_reason).toBe("max_tokens");
    stage.play(cut);
    await expect(anthropic.messages.stream(hello).finalText()).rejects.toMatchObject({
      type: "api_error",
    });
  });
});

describe("tools", () => {
  test("several calls, whole and streamed to and fro: one block after another", async () => {
    stage.play(answer(TWO_CALLS));
    const whole = await anthropic.messages.create({ ...hello, tools });
    const run = anthropic.messages.stream({ ...hello, tools });
    const blocks: string[] = [];
    run.on("contentBlock", ({ type }) => blocks.push(type));
    const streamed = await run.finalMessage();
    expect(blocks).toEqual(["text", "tool_use", "tool_use"]);
    for (const message of [whole, streamed]) {
      expect([message.stop_reason, message.content[0]]).toMatchObject([
        "tool_use",
        { type: "text", text: "I look." },
      ]);
      const calls = callsIn(message);
      expect(calls.map(({ input }) => input)).toEqual(TWO_ARGS.map((args) => JSON.parse(args)));
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    }
    expect(stage.last()).toMatchObject({
      tools: [{ type: "function", function: { name: "look", description: "Looks there." } }],
    });
  });

  test("answered and gone on with", async () => {
    stage.play(answer(TWO_CALLS));
    const called = await anthropic.messages.create({ ...hello, tools });
    stage.play(echo);
    const results = callsIn(called).map(({ id }, at) => ({
      type: "tool_result" as const,
      tool_use_id: id,
      content: at === 0 ? "blue" : [{ type: "text" as const, text: "grey" }],
      is_error: at > 0,
    }));
    const on = await anthropic.messages.create({
      ...hello,
      tools,
      messages: [
        user("hello"),
        { role: "assistant", content: called.content },
        { role: "user", content: results },
      ],
    });
    expect(on.content).toMatchObject([{ text: "You said: grey" }]);
    const { messages }: { messages: { tool_call_id?: string; content: string }[] } = Object(
      stage.last(),
    );
    expect(messages.slice(2).map(({ tool_call_id: id, content }) => [id, content])).toEqual(
      callsIn(called).map(({ id }, at) => [id, at === 0 ? "blue" : "grey"]),
    );
  });

  test.each([
    [{ type: "auto" as const, disable_parallel_tool_use: true }, "auto", false],
    [{ type: "any" as const }, "required", undefined],
    [{ type: "none" as const }, "none", undefined],
    [
      { type: "tool" as const, name: "look" },
      { type: "function", function: { name: "look" } },
      undefined,
    ],
  ])("%j", async (choice, sent, parallel) => {
    await anthropic.messages.create({ ...hello, tools, tool_choice: choice });
    const { tool_choice: own, parallel_tool_calls: isParallel } = stage.last();
    expect([own, isParallel]).toEqual([sent, parallel]);
  });
});

describe("the rest of it", () => {
  test("structured output", async () => {
    stage.play(say('{"sea":"blue"}'));
    const got = await anthropic.messages.create({
      ...hello,
      output_config: { format: { type: "json_schema", schema: SCHEMA } },
    });
    expect(got.content).toMatchObject([{ text: '{"sea":"blue"}' }]);
    expect(stage.last()).toMatchObject({
      response_format: { type: "json_schema", json_schema: { schema: SCHEMA } },
    });
  });

  test("images within a request go on as they are; others are refused", async () => {
    const image = {
      type: "image" as const,
      source: { type: "base64" as const, media_type: "image/png" as const, data: PIXEL },
    };
    await anthropic.messages.create({
      ...hello,
      messages: [{ role: "user", content: [image, { type: "text", text: "What is it?" }] }],
    });
    expect(stage.last()["messages"]).toEqual([
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } },
          { type: "text", text: "What is it?" },
        ],
      },
    ]);
    const source = { type: "url" as const, url: "https://example.org/a.png" };
    await expect(
      anthropic.messages.create({
        ...hello,
        messages: [{ role: "user", content: [{ type: "image", source }] }],
      }),
    ).rejects.toBeInstanceOf(Anthropic.BadRequestError);
  });

  test("models, in its own form", async () => {
    const { data } = await anthropic.models.list();
    expect(data).toMatchObject([{ type: "model", id: "chat", display_name: "chat" }]);
    expect((await anthropic.models.retrieve("chat")).id).toBe("chat");
    await expect(anthropic.models.retrieve("other")).rejects.toBeInstanceOf(
      Anthropic.NotFoundError,
    );
  });

  test("tokens that no server counts are not guessed", async () => {
    const { max_tokens: _, ...counted } = hello;
    await expect(anthropic.messages.countTokens(counted)).rejects.toBeInstanceOf(
      Anthropic.APIError,
    );
  });
});

describe("abort", () => {
  test("before the first piece: the client says so, and the work upstream ends", async () => {
    stage.play(hang);
    const next = stage.upstream.next();
    const controller = new AbortController();
    const { signal } = controller;
    const work = anthropic.messages.create({ ...hello, stream: true }, { signal });
    const ended = work.then(
      () => undefined,
      (error: unknown) => error,
    );
    const { gone } = await next;
    controller.abort();
    expect(await ended).toBeInstanceOf(Anthropic.APIUserAbortError);
    expect(await gone).toBeGreaterThan(0);
  });

  test("in the middle: the work upstream ends", async () => {
    stage.play(begin);
    const next = stage.upstream.next();
    const run = anthropic.messages.stream(hello);
    run.on("text", () => {
      run.abort();
    });
    await expect(run.done()).rejects.toBeInstanceOf(Anthropic.APIUserAbortError);
    const { gone } = await next;
    expect(await gone).toBeGreaterThan(0);
  });

  test("a client that waits no longer", async () => {
    stage.play(hang);
    const next = stage.upstream.next();
    const work = anthropic.messages.create(hello, { timeout: 200 });
    await expect(work).rejects.toBeInstanceOf(Anthropic.APIConnectionTimeoutError);
    const { gone } = await next;
    expect(await gone).toBeGreaterThan(0);
  });
});
