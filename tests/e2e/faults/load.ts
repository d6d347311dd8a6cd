import { setTimeout as sleep } from "node:timers/promises";

import {
  chatBody,
  chatEvents,
  sendEvents,
  type Script,
} from "../../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { endOf, PATHS } from "./dialects.ts";

/** The model that a load asks. */
export const MODEL = "chat";

/** Clients that ask at the same time. */
const CLIENTS = 12;

/** Milliseconds after which a client asks again that was told that there is too much to do. */
const AGAIN_MS = 50;

/** An upstream that answers everything whole and at once. */
export const answerAtOnce: Script = ({ path, body }, response) => {
  const { stream }: { readonly stream?: boolean } = Object(body);
  if (path.endsWith("/models")) response.end("{}");
  else if (path.endsWith("/embeddings")) {
    response.setHeader("content-type", "application/json");
    const data = [{ index: 0, embedding: [0.5] }];
    response.end(JSON.stringify({ data, usage: { prompt_tokens: 2 } }));
  } else if (stream === true) sendEvents(response, chatEvents(["one ", "two ", "three."]));
  else {
    response.setHeader("content-type", "application/json");
    response.end(chatBody("one two three."));
  }
};

const messages = [{ role: "user", content: "tell me" }];

/** What clients ask in turn. */
const WISHES = [
  { path: PATHS.chat, ends: "chat", body: { messages, stream: true } },
  { path: PATHS.messages, ends: "messages", body: { messages, max_tokens: 16, stream: true } },
  { path: PATHS.chat, ends: undefined, body: { messages } },
  { path: PATHS.responses, ends: "responses", body: { input: "tell me", stream: true } },
  { path: "/v1/embeddings", ends: undefined, body: { input: "tell me" } },
] as const;

/** What one request came to. */
export type Told =
  | { readonly kind: "whole"; readonly id: string }
  /** A stream that ended as one that broke off. */
  | { readonly kind: "broken" }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly code: string;
      readonly retry: string | null;
    };

/** Clients that ask all the time. */
export type Load = {
  /** Resolves when a first answer was whole. */
  readonly first: Promise<void>;
  /** Resolves when every client was refused, or nobody answers any more. */
  readonly ended: Promise<{
    /** Names of the answers that came to their last byte. */
    readonly whole: readonly string[];
    readonly broken: number;
    readonly refused: readonly Told[];
  }>;
};

/** Has clients ask for all kinds of answers until they are refused or cut off. */
export function openLoad(url: string, key: string | undefined): Load {
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const whole: string[] = [];
  const refused: Told[] = [];
  let broken = 0;
  const client = async (offset: number): Promise<void> => {
    for (let turn = offset; ; turn += 1) {
      let told: Told;
      try {
        told = await askOnce(url, key, turn);
      } catch {
        // Nobody is there any more.
        broken += 1;
        return;
      }
      if (told.kind === "whole") {
        whole.push(told.id);
        resolve();
      } else if (told.kind === "broken") broken += 1;
      else if (told.code === "overloaded") await sleep(AGAIN_MS);
      else {
        refused.push(told);
        return;
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, offset) => client(offset));
  return { first, ended: Promise.all(clients).then(() => ({ whole, broken, refused })) };
}

/**
 * Asks once, for the kind of answer whose turn it is, and reads to the last byte.
 * @throws TypeError when the connection is cut.
 */
export async function askOnce(url: string, key: string | undefined, turn: number): Promise<Told> {
  const wish = WISHES[turn % WISHES.length] ?? WISHES[0];
  const response = await fetch(url + wish.path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ model: MODEL, ...wish.body }),
  });
  const text = await response.text();
  const { status, headers } = response;
  if (status !== 200) {
    const body: { readonly error?: { readonly code?: string; readonly type?: string } } =
      JSON.parse(text);
    const code = body.error?.code ?? body.error?.type ?? "";
    return { kind: "refused", status, code, retry: headers.get("retry-after") };
  }
  if (wish.ends !== undefined && endOf(wish.ends, text) !== "whole") return { kind: "broken" };
  return { kind: "whole", id: headers.get("x-plimsoll-request-id") ?? "" };
}
