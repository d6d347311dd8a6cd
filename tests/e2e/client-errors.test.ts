import { join } from "node:path";

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  openScripted,
  type ScriptedUpstream,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { echo, hang, json } from "./clients.ts";
import { startGateway, type RunningGateway } from "./gateway.ts";
import { plimsoll } from "./run.ts";
import { makeWorld } from "./world.ts";

/** What each upstream answers: one each, so that the rest of one says nothing of another. */
const UPSTREAMS: Readonly<
  Record<string, readonly [number, object, Readonly<Record<string, string>>?]>
> = {
  "bad-request": [400, { error: { message: "INSIDE", type: "invalid_request_error" } }],
  unprocessable: [422, { detail: [{ msg: "INSIDE" }] }],
  "long-llama": [
    400,
    { error: { code: 400, type: "exceed_context_size_error", message: "INSIDE", n_ctx: 4_096 } },
  ],
  "long-vllm": [
    400,
    { object: "error", message: "This model's maximum context length is 4096 tokens. INSIDE" },
  ],
  "bad-key": [401, { error: { message: "INSIDE" } }],
  "no-model": [404, { error: { message: "INSIDE" } }],
  busy: [429, { error: { message: "INSIDE" } }, { "retry-after": "2" }],
  "busy-ms": [503, { error: { message: "INSIDE" } }, { "retry-after-ms": "1500" }],
  broken: [500, { error: { message: "INSIDE" } }],
};

/** Looks like a key of ours. */
const NOBODY = "plm_AAAAAAAA_nobody";

/** Longer than a body may be. */
const LONG = "x".repeat(30_000);

const world = makeWorld();
const home = world.folder("home", { "plimsoll.yaml": "" });
const state = { env: { PLIMSOLL_HOME: join(home, "state") } };
let upstream: ScriptedUpstream;
let gateway: RunningGateway;
let keys: Readonly<Record<string, string>>;

async function makeKey(
  name: string,
  ...more: readonly string[]
): Promise<readonly [string, string]> {
  const made = await plimsoll(["keys", "create", "--name", name, "--json", ...more], state);
  const { key }: { key: string } = JSON.parse(made.stdout);
  return [name, key];
}

beforeAll(async () => {
  upstream = await openScripted((asked, response) => {
    const { model }: { model?: string } = Object(asked.body);
    const told = UPSTREAMS[model ?? ""];
    if (told !== undefined) json(response, ...told);
    else if (model === "slow") hang(asked, response);
    else echo(asked, response);
  });
  const names = [...Object.keys(UPSTREAMS), "slow", "fine"];
  const lines = names.map((name) => `    ${name}: { url: "${upstream.url}", health: off }`);
  const config = `serve:
  body_max: 20000
  unknown_fields: drop
  upstreams:
${lines.join("\n")}
    away: { url: "http://127.0.0.1:1/v1", health: off }
  routes:
    slow: { upstreams: [slow], first_token: 300ms }
${[...names.filter((name) => name !== "slow"), "away"].map((name) => `    ${name}: { upstreams: [${name}] }`).join("\n")}
`;
  world.file("home/plimsoll.yaml", config);
  keys = Object.fromEntries([
    await makeKey("all"),
    await makeKey("narrow", "--models", "busy"),
    await makeKey("spent", "--budget", "1requests"),
    await makeKey("rated", "--rate", "1requests/minute"),
  ]);
  gateway = await startGateway([], home);
});
afterAll(async () => {
  await gateway.end();
  await upstream.close();
  world.remove();
});

type Asked = { readonly model: string; readonly key?: string; readonly content?: string };

const bodyOf = ({ model, content = "hello" }: Asked) => ({
  model,
  messages: [{ role: "user" as const, content }],
});

const openai = (key = "all"): OpenAI =>
  new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keys[key] ?? key, maxRetries: 0 });
const anthropic = (key = "all"): Anthropic =>
  new Anthropic({ baseURL: gateway.url, apiKey: keys[key] ?? key, maxRetries: 0 });

type OpenAiError = InstanceType<typeof OpenAI.APIError>;
type AnthropicError = InstanceType<typeof Anthropic.APIError>;
type Raised = readonly [chat: OpenAiError, response: OpenAiError, message: AnthropicError];

/** Asks in each dialect, and returns what each client raises. */
async function raised(asked: Asked): Promise<Raised> {
  const own = openai(asked.key);
  const body = bodyOf(asked);
  return [
    await errorOf(own.chat.completions.create(body), OpenAI.APIError),
    await errorOf(
      own.responses.create({ model: asked.model, input: asked.content ?? "hello", stream: true }),
      OpenAI.APIError,
    ),
    await errorOf(
      anthropic(asked.key).messages.create({ ...body, max_tokens: 9, stream: true }),
      Anthropic.APIError,
    ),
  ];
}

async function errorOf<T extends Error>(
  work: PromiseLike<unknown>,
  kind: abstract new (...args: never) => T,
): Promise<T> {
  try {
    await work;
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new TypeError("it was answered");
}

/** The class that each client raises for a status. */
const KINDS: Readonly<Record<number, readonly [openai: Kind, anthropic: Kind]>> = {
  400: [OpenAI.BadRequestError, Anthropic.BadRequestError],
  401: [OpenAI.AuthenticationError, Anthropic.AuthenticationError],
  403: [OpenAI.PermissionDeniedError, Anthropic.PermissionDeniedError],
  404: [OpenAI.NotFoundError, Anthropic.NotFoundError],
  413: [OpenAI.APIError, Anthropic.APIError],
  429: [OpenAI.RateLimitError, Anthropic.RateLimitError],
  502: [OpenAI.InternalServerError, Anthropic.InternalServerError],
  503: [OpenAI.InternalServerError, Anthropic.InternalServerError],
  504: [OpenAI.InternalServerError, Anthropic.InternalServerError],
  529: [OpenAI.InternalServerError, Anthropic.InternalServerError],
};

type Kind = abstract new (...args: never) => Error;

type Row = readonly [
  asked: Asked,
  openai: readonly [status: number, code: string],
  anthropic: readonly [status: number, type: string],
  retryAfter: string | undefined,
];

const INVALID = "invalid_request_error";

const ROWS: readonly Row[] = [
  [{ model: "bad-request" }, [400, "bad_request"], [400, INVALID], undefined],
  [{ model: "unprocessable" }, [400, "bad_request"], [400, INVALID], undefined],
  [{ model: "long-llama" }, [400, "context_length_exceeded"], [400, INVALID], undefined],
  [{ model: "long-vllm" }, [400, "context_length_exceeded"], [400, INVALID], undefined],
  [{ model: "fine", key: NOBODY }, [401, "key_unknown"], [401, "authentication_error"], undefined],
  [{ model: "fine", key: "narrow" }, [403, "not_allowed"], [403, "permission_error"], undefined],
  [{ model: "nothing" }, [404, "model_not_found"], [404, "not_found_error"], undefined],
  [
    { model: "fine", content: LONG },
    [413, "body_too_large"],
    [413, "request_too_large"],
    undefined,
  ],
  [{ model: "busy" }, [503, "overloaded"], [529, "overloaded_error"], "2"],
  [{ model: "busy-ms" }, [503, "overloaded"], [529, "overloaded_error"], "2"],
  [{ model: "broken" }, [502, "upstream_failed"], [502, "api_error"], undefined],
  [{ model: "bad-key" }, [502, "upstream_failed"], [502, "api_error"], undefined],
  [{ model: "no-model" }, [502, "upstream_failed"], [502, "api_error"], undefined],
  [{ model: "away" }, [502, "upstream_failed"], [502, "api_error"], undefined],
  [{ model: "slow" }, [504, "upstream_timeout"], [504, "timeout_error"], undefined],
];

describe("each failure is the client's own kind of error", () => {
  test.each(ROWS)("%j", async (asked, [status, code], own, retryAfter) => {
    const [chat, response, message] = await raised(asked);
    for (const error of [chat, response]) {
      expect(error).toBeInstanceOf(KINDS[status]?.[0]);
      expect([error.status, error.code]).toEqual([status, code]);
    }
    expect(message).toBeInstanceOf(KINDS[own[0]]?.[1]);
    expect([message.status, message.type]).toEqual(own);
    for (const error of [chat, response, message]) {
      expect(error.headers?.get("retry-after") ?? undefined).toBe(retryAfter);
      expect(error.message).not.toMatch(/INSIDE|127\.0\.0\.1/u);
    }
  });

  test("a budget that is spent is not worth another try; a rate is, and says when", async () => {
    await openai("spent").chat.completions.create(bodyOf({ model: "fine" }));
    const [spent, , own] = await raised({ model: "fine", key: "spent" });
    expect(spent).toBeInstanceOf(OpenAI.RateLimitError);
    expect([spent.code, spent.headers?.get("x-should-retry")]).toEqual([
      "insufficient_quota",
      "false",
    ]);
    expect([own.status, own.type]).toEqual([402, "billing_error"]);
    await openai("rated").chat.completions.create(bodyOf({ model: "fine" }));
    for (const error of await raised({ model: "fine", key: "rated" })) {
      expect(error.status).toBe(429);
      expect(Number(error.headers?.get("retry-after"))).toBeGreaterThan(0);
      expect(error.headers?.get("x-should-retry")).toBe("true");
    }
  });

  test("the field that is wrong is named", async () => {
    const work = openai().chat.completions.create({ ...bodyOf({ model: "fine" }), temperature: 9 });
    await expect(work).rejects.toMatchObject({ param: "temperature" });
  });

  test("fields that are not known are left out where the policy says so, and the receipt names them", async () => {
    const own = { top_a: 0.5, "x-secret": "a" };
    const { response } = await openai()
      .chat.completions.create({ ...bodyOf({ model: "fine" }), ...own })
      .withResponse();
    expect(upstream.asked.at(-1)?.body).not.toHaveProperty("top_a");
    const at = response.headers.get("x-plimsoll-receipt") ?? "";
    const receipt = await fetch(gateway.url + at, {
      headers: { authorization: `Bearer ${keys["all"] ?? ""}` },
    });
    expect(await receipt.json()).toMatchObject({ dropped: ["top_a", "x-secret"] });
  });

  test("every error has the request's id, for asking about it", async () => {
    const [chat, response, message] = await raised({ model: "nothing" });
    expect([chat.requestID, response.requestID, message.requestID]).toEqual([
      expect.stringMatching(/^req_/u),
      expect.stringMatching(/^req_/u),
      expect.stringMatching(/^req_/u),
    ]);
  });
});
