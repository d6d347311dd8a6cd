import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterEach, describe, expect, test } from "vitest";

import type { Turn } from "../../engine/turn.ts";
import { ANSWERS, FACTS, play, text, type CannedAnswer } from "../../testing/dialects/answers.ts";
import { serveCanned, type CannedServer } from "../../testing/dialects/canned-server.ts";
import { refuse } from "../refusal.ts";
import { DIALECTS } from "./all.ts";
import type { TextDialect } from "./contract.ts";

let server: CannedServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

function turn(stream: boolean): Turn {
  return {
    model: "org/model-1",
    messages: [],
    tools: [{ name: "weather", parameters: { type: "object" } }],
    output: { kind: "text" },
    sampling: {},
    choices: 1,
    stream,
    extra: {},
  };
}

async function serve(dialect: TextDialect, stream: boolean, answer: CannedAnswer): Promise<string> {
  const encoder = dialect.encoder(turn(stream), FACTS);
  server = await serveCanned(play(encoder, answer), encoder.contentType);
  return server.url;
}

async function serveFailing(dialect: TextDialect): Promise<string> {
  const encoder = dialect.encoder(turn(true), FACTS);
  const written = encoder.delta(text("So far"));
  const failed = encoder.fail(refuse("upstream_failed", "The model's server failed."));
  server = await serveCanned(encoder.begin() + written + failed, encoder.contentType);
  return server.url;
}

function openai(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
}

function anthropic(url: string): Anthropic {
  return new Anthropic({ baseURL: url, apiKey: "none", maxRetries: 0 });
}

const ASKED = { model: "org/model-1", max_tokens: 9 };
const SAID = [{ role: "user" as const, content: "Hi" }];

/** What a client makes of each answer: text, thinking, calls, why it ended. */
type Seen = {
  readonly text: string;
  readonly thinking: string;
  readonly calls: readonly (readonly [string, string])[];
  readonly end: string | null | undefined;
};

const UNICODE = 'Grüße 👩\u200d🚀\u2028\n"\\\u0000';

const SEEN: Readonly<Record<keyof typeof ANSWERS, Omit<Seen, "end">>> = {
  unicode: { text: UNICODE, thinking: "", calls: [] },
  thinking: { text: "Yes.", thinking: "Let me see.", calls: [] },
  parallel: {
    text: "I look.",
    thinking: "",
    calls: [
      ["weather", '{"city":"Köln"}'],
      ["clock", ""],
    ],
  },
  toAndFro: {
    text: "",
    thinking: "",
    calls: [
      ["a", '{"m":"}"}'],
      ["b", '{"n":1}'],
    ],
  },
  unmarked: { text: "", thinking: "", calls: [["a", '{"m":1}']] },
  cut: { text: "So", thinking: "", calls: [["a", '{"m":']] },
  filtered: { text: "The number is ", thinking: "", calls: [] },
  nothing: { text: "", thinking: "", calls: [] },
  nothingFiltered: { text: "", thinking: "", calls: [] },
  refusal: { text: "I must not.", thinking: "", calls: [] },
};

const ENDS: Readonly<Record<keyof typeof ANSWERS, readonly [string, string, string]>> = {
  unicode: ["stop", "completed", "end_turn"],
  thinking: ["stop", "completed", "end_turn"],
  parallel: ["tool_calls", "completed", "tool_use"],
  toAndFro: ["tool_calls", "completed", "tool_use"],
  unmarked: ["stop", "completed", "tool_use"],
  cut: ["length", "max_output_tokens", "max_tokens"],
  filtered: ["content_filter", "content_filter", "refusal"],
  nothing: ["stop", "completed", "end_turn"],
  nothingFiltered: ["content_filter", "content_filter", "refusal"],
  refusal: ["stop", "completed", "refusal"],
};

const NAMES: readonly (keyof typeof ANSWERS)[] = [
  "unicode",
  "thinking",
  "parallel",
  "toAndFro",
  "unmarked",
  "cut",
  "filtered",
  "nothing",
  "nothingFiltered",
  "refusal",
];

function seenChat({ choices }: OpenAI.ChatCompletion): Seen {
  const [choice] = choices;
  const message = choice?.message;
  return {
    text: message?.content ?? message?.refusal ?? "",
    thinking: thinkingOf(message),
    calls: (message?.tool_calls ?? []).map((call) =>
      call.type === "function" ? [call.function.name, call.function.arguments] : ["", ""],
    ),
    end: choice?.finish_reason,
  };
}

function thinkingOf(message: object | undefined): string {
  if (message === undefined || !("reasoning_content" in message)) return "";
  return String(message.reasoning_content);
}

function seenResponse(response: OpenAI.Responses.Response): Seen {
  let [said, thinking] = ["", ""];
  const calls: [string, string][] = [];
  for (const item of response.output) {
    if (item.type === "function_call") calls.push([item.name, item.arguments]);
    if (item.type === "reasoning")
      thinking += item.content?.map((part) => part.text).join("") ?? "";
    if (item.type !== "message") continue;
    for (const part of item.content) {
      said += part.type === "refusal" ? part.refusal : part.text;
    }
  }
  const end = response.incomplete_details?.reason ?? response.status;
  return { text: said, thinking, calls, end };
}

function seenMessage(message: Anthropic.Message): Seen {
  let [said, thinking] = ["", ""];
  const calls: [string, string][] = [];
  for (const block of message.content) {
    if (block.type === "text") said += block.text;
    if (block.type === "thinking") thinking += block.thinking;
    if (block.type === "tool_use") calls.push([block.name, JSON.stringify(block.input)]);
  }
  return { text: said, thinking, calls, end: message.stop_reason };
}

describe.each(NAMES)("%s", (name) => {
  const answer = ANSWERS[name];
  const [chatEnd, responseEnd, messageEnd] = ENDS[name];
  const seen = SEEN[name];

  test("chat, streamed", async () => {
    const url = await serve(DIALECTS.chat, true, answer);
    const stream = openai(url).chat.completions.stream({
      model: "m",
      messages: SAID,
      stream_options: { include_usage: true },
    });
    const got = await stream.finalChatCompletion();
    // This client puts the text together piece by piece, and of the thinking it keeps the last piece alone.
    const { thinking, ...shown } = seen;
    expect(seenChat(got)).toMatchObject({ ...shown, end: chatEnd });
    expect(thinking.endsWith(seenChat(got).thinking)).toBe(true);
    expect(got.usage?.total_tokens).toBe(18);
  });

  test("chat, whole", async () => {
    const url = await serve(DIALECTS.chat, false, answer);
    const got = await openai(url).chat.completions.create({ model: "m", messages: SAID });
    expect(seenChat(got)).toEqual({ ...seen, end: chatEnd });
  });

  test.each([true, false])("responses, streamed: %s", async (stream) => {
    const url = await serve(DIALECTS.responses, stream, answer);
    const { responses } = openai(url);
    const asked = { model: "m", input: "Hi" };
    const got = await (stream ? responses.stream(asked).finalResponse() : responses.create(asked));
    expect(seenResponse(got)).toEqual({ ...seen, end: responseEnd });
    expect(got.usage?.total_tokens).toBe(18);
    expect(got.output_text).toBe(name === "refusal" ? "" : seen.text);
  });

  test.each([true, false])("messages, streamed: %s", async (stream) => {
    const url = await serve(DIALECTS.messages, stream, answer);
    const { messages } = anthropic(url);
    const asked = { ...ASKED, messages: SAID };
    const got = await (stream ? messages.stream(asked).finalMessage() : messages.create(asked));
    const calls = seen.calls.map(([tool, args]) => [tool, args === "" ? "{}" : args]);
    const told = seenMessage(got);
    expect(told).toMatchObject({ text: seen.text, thinking: seen.thinking, end: messageEnd });
    // What clients make of arguments that were cut is their own; encode.test.ts has what they get.
    expect(name === "cut" ? calls : told.calls).toEqual(calls);
    expect(got.usage).toMatchObject({ input_tokens: 8, output_tokens: 7 });
  });

  test.each([true, false])("completions, streamed: %s", async (stream) => {
    const url = await serve(DIALECTS.completions, stream, answer);
    const { completions } = openai(url);
    const asked = { model: "m", prompt: "Hi" };
    let said = "";
    let end: string | null | undefined;
    if (stream) {
      for await (const chunk of await completions.create({ ...asked, stream })) {
        said += chunk.choices[0]?.text ?? "";
        end = chunk.choices[0]?.finish_reason ?? end;
      }
    } else {
      const got = await completions.create({ ...asked, stream });
      ({ text: said, finish_reason: end } = got.choices[0] ?? {
        text: "",
        finish_reason: undefined,
      });
    }
    expect(said).toBe(name === "refusal" ? "" : seen.text);
    expect(end).toBe(chatEnd === "tool_calls" ? "stop" : chatEnd);
  });
});

describe("an answer that breaks off", () => {
  test("chat raises", async () => {
    const url = await serveFailing(DIALECTS.chat);
    const stream = openai(url).chat.completions.stream({ model: "m", messages: SAID });
    await expect(stream.finalChatCompletion()).rejects.toMatchObject({
      error: { code: "upstream_failed", type: "server_error" },
    });
  });

  test("completions raises", async () => {
    const url = await serveFailing(DIALECTS.completions);
    const stream = await openai(url).completions.create({ model: "m", prompt: "Hi", stream: true });
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: "upstream_failed" });
  });

  test("responses ends as failed, with what came so far", async () => {
    const url = await serveFailing(DIALECTS.responses);
    const got = await openai(url).responses.stream({ model: "m", input: "Hi" }).finalResponse();
    expect(got.status).toBe("failed");
    expect(got.error?.code).toBe("server_error");
    expect(got.output).toMatchObject([{ status: "incomplete", content: [{ text: "So far" }] }]);
  });

  test("messages raises", async () => {
    const url = await serveFailing(DIALECTS.messages);
    const stream = anthropic(url).messages.stream({ ...ASKED, messages: SAID });
    await expect(stream.finalMessage()).rejects.toMatchObject({
      type: "api_error",
      error: { request_id: FACTS.requestId },
    });
  });
});

describe("refusals", () => {
  test.each([
    ["key_unknown", OpenAI.AuthenticationError, Anthropic.AuthenticationError],
    ["not_allowed", OpenAI.PermissionDeniedError, Anthropic.PermissionDeniedError],
    ["model_unknown", OpenAI.NotFoundError, Anthropic.NotFoundError],
    ["bad_request", OpenAI.BadRequestError, Anthropic.BadRequestError],
    ["rate_limited", OpenAI.RateLimitError, Anthropic.RateLimitError],
    ["overloaded", OpenAI.InternalServerError, Anthropic.InternalServerError],
    ["upstream_failed", OpenAI.InternalServerError, Anthropic.InternalServerError],
  ] as const)("%s is raised as what it is", async (code, openaiError, anthropicError) => {
    const refusal = refuse(code, "No.", { retryAfterMs: 1_500 });
    const told = DIALECTS.chat.refusal(refusal, "req_1");
    server = await serveCanned(told.body, "application/json", told.status, told.headers);
    const asked = openai(server.url).responses.create({ model: "m", input: "Hi" });
    await expect(asked).rejects.toBeInstanceOf(openaiError);
    await server.close();
    const own = DIALECTS.messages.refusal(refusal, "req_1");
    server = await serveCanned(own.body, "application/json", own.status, own.headers);
    const other = anthropic(server.url).messages.create({ ...ASKED, messages: SAID });
    await expect(other).rejects.toBeInstanceOf(anthropicError);
  });
});

test.each(["float", "base64"] as const)("vectors as %s", async (encoding) => {
  const turn = { model: "m", inputs: ["a", "b"], encoding, extra: {} };
  const vectors = [
    [0.5, -1.25],
    [3, 0],
  ];
  const body = DIALECTS.embeddings.encode(turn, { vectors, inputTokens: 4 });
  server = await serveCanned(body, "application/json");
  // Left out, this client asks for base64 and reads both.
  const asked = encoding === "float" ? { encoding_format: encoding } : {};
  const got = await openai(server.url).embeddings.create({ model: "m", input: "a", ...asked });
  expect(got.data.map((one) => one.embedding)).toEqual(vectors);
  expect(got.usage).toEqual({ prompt_tokens: 4, total_tokens: 4 });
});

test("a heartbeat is nothing to a client", async () => {
  for (const dialect of [DIALECTS.chat, DIALECTS.responses, DIALECTS.messages]) {
    const encoder = dialect.encoder(turn(true), FACTS);
    const written = `${encoder.begin()}${encoder.heartbeat()}${encoder.delta(text("Hi"))}`;
    const end = encoder.end({ kind: "whole", usage: { input: 1, output: 1 } });
    server = await serveCanned(written + encoder.heartbeat() + end, encoder.contentType);
    const { url } = server;
    const said =
      dialect.name === "messages"
        ? seenMessage(
            await anthropic(url)
              .messages.stream({ ...ASKED, messages: SAID })
              .finalMessage(),
          )
        : dialect.name === "chat"
          ? seenChat(
              await openai(url)
                .chat.completions.stream({ model: "m", messages: SAID })
                .finalChatCompletion(),
            )
          : seenResponse(
              await openai(url).responses.stream({ model: "m", input: "Hi" }).finalResponse(),
            );
    expect(said.text).toBe("Hi");
    await server.close();
  }
});
