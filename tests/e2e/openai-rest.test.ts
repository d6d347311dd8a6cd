import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { begin, echo, hang, json, openStage, PIXEL, type Stage } from "./clients.ts";
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

describe("the rest of it", () => {
  test("completions, whole and streamed", async () => {
    stage.play(({ body }, response) => {
      const { prompt }: { prompt: string } = Object(body);
      json(response, 200, {
        choices: [{ index: 0, text: `after ${prompt}`, finish_reason: "length" }],
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      });
    });
    const whole = await openai.completions.create({ model: "chat", prompt: "Once", max_tokens: 2 });
    expect(whole.choices).toMatchObject([{ text: "after Once", finish_reason: "length" }]);
    const stream = await openai.completions.create({
      model: "chat",
      prompt: "Once",
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    expect(chunks.map(({ choices }) => choices[0]?.text ?? "").join("")).toBe("after Once");
    expect(chunks.at(-1)?.usage?.total_tokens).toBe(3);
  });

  test("embeddings: as floats, as base64, several, in their order", async () => {
    stage.play((_, response) => {
      json(response, 200, {
        data: [
          { index: 1, embedding: [3, 0] },
          { index: 0, embedding: [0.5, -1.25] },
        ],
        usage: { prompt_tokens: 4, total_tokens: 4 },
      });
    });
    for (const encoding of [{}, { encoding_format: "float" as const }]) {
      const got = await openai.embeddings.create({ model: "chat", input: ["a", "b"], ...encoding });
      expect(got.data.map(({ embedding }) => embedding)).toEqual([
        [0.5, -1.25],
        [3, 0],
      ]);
      expect(got.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
    }
  });

  test("models", async () => {
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(["chat"]);
    expect((await openai.models.retrieve("chat")).id).toBe("chat");
    await expect(openai.models.retrieve("other")).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  test("images within a request go on as they are; others are refused", async () => {
    const url = `data:image/png;base64,${PIXEL}`;
    const image = { type: "image_url" as const, image_url: { url, detail: "low" as const } };
    const text = { type: "text" as const, text: "What is it?" };
    const { response } = await openai.chat.completions
      .create({ model: "chat", messages: [{ role: "user", content: [text, image] }] })
      .withResponse();
    const receipt = await fetch(
      stage.gateway.url + (response.headers.get("x-plimsoll-receipt") ?? ""),
    );
    expect(await receipt.json()).toMatchObject({ unseen: { images: 1 } });
    expect(stage.last()["messages"]).toEqual([{ role: "user", content: [text, image] }]);
    await openai.responses.create({
      model: "chat",
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "What is it?" },
            { type: "input_image", image_url: url, detail: "low" },
          ],
        },
      ],
    });
    expect(stage.last()["messages"]).toEqual([{ role: "user", content: [text, image] }]);
    const other = { type: "image_url" as const, image_url: { url: "https://example.org/a.png" } };
    await expect(
      openai.chat.completions.create({
        model: "chat",
        messages: [{ role: "user", content: [other] }],
      }),
    ).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  });

  test("fields that are not known go on, after guards have seen them", async () => {
    const own = { top_a: 0.5, guided_choice: ["ada@example.org", "b"] };
    await openai.chat.completions.create({ ...hello, ...own });
    expect(stage.last()).toMatchObject({ top_a: 0.5, guided_choice: ["[EMAIL_1]", "b"] });
    const led = { ...hello, chat_template: "{{ x }}" };
    await expect(openai.chat.completions.create(led)).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    );
  });

  test("who it is for, and what it is filed under, reaches no server", async () => {
    await openai.chat.completions.create({
      ...hello,
      user: "ada",
      safety_identifier: "ada",
      metadata: { ada: "ada" },
      prompt_cache_key: "ada",
      store: true,
    });
    expect(JSON.stringify(stage.last())).not.toContain("ada");
    expect(stage.last()).not.toHaveProperty("store");
  });
});

describe("abort", () => {
  test("before the first piece: the client says so, and the work upstream ends", async () => {
    stage.play(hang);
    const next = stage.upstream.next();
    const controller = new AbortController();
    const { signal } = controller;
    const work = openai.chat.completions.create({ ...hello, stream: true }, { signal });
    const ended = work.then(
      () => undefined,
      (error: unknown) => error,
    );
    const { gone } = await next;
    controller.abort();
    expect(await ended).toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(await gone).toBeGreaterThan(0);
  });

  test("in the middle: the work upstream ends", async () => {
    stage.play(begin);
    const next = stage.upstream.next();
    const stream = await openai.chat.completions.create({ ...hello, stream: true });
    for await (const { choices } of stream) {
      if ((choices[0]?.delta.content ?? "") !== "") stream.controller.abort();
    }
    const { gone } = await next;
    expect(await gone).toBeGreaterThan(0);
  });

  test("of a response", async () => {
    stage.play(begin);
    const next = stage.upstream.next();
    const stream = await openai.responses.create({ model: "chat", input: "hello", stream: true });
    for await (const { type } of stream) {
      if (type === "response.output_text.delta") stream.controller.abort();
    }
    const { gone } = await next;
    expect(await gone).toBeGreaterThan(0);
  });

  test("a client that waits no longer", async () => {
    stage.play(hang);
    const next = stage.upstream.next();
    const work = openai.chat.completions.create(hello, { timeout: 200 });
    await expect(work).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    const { gone } = await next;
    expect(await gone).toBeGreaterThan(0);
  });
});
