import type { FinishReason } from "../../../engine/delta.ts";
import type { Turn } from "../../../engine/turn.ts";
import type { Refusal } from "../../refusal.ts";
import type { ReleasedDelta } from "../../released.ts";
import { Blocks } from "../blocks.ts";
import type { AnswerEncoder, AnswerEnd, AnswerFacts } from "../contract.ts";
import { openAiError } from "../openai-errors.ts";
import { responseBody, type Status } from "./body.ts";
import { Items, type WriteEvent } from "./items.ts";

/** Events that `begin` writes. Its call may come after the first delta's, so their numbers are set aside. */
const FIRST_EVENTS = 2;

/** Writes a response as a stream of numbered events. */
export function responsesStream(turn: Turn, facts: AnswerFacts): AnswerEncoder {
  let next = FIRST_EVENTS;
  const event: WriteEvent = (type, members) => {
    const written = eventOf(type, next, members);
    next += 1;
    return written;
  };
  const items = new Items(facts, event);
  const answer = new ResponseAnswer(items);
  return {
    contentType: "text/event-stream; charset=utf-8",
    isStream: true,
    begin: () => {
      const body = responseBody(turn, facts, { kind: "in_progress" }, [], undefined);
      const [created, running] = ["response.created", "response.in_progress"].map((type, at) =>
        eventOf(type, at, `"response":${body}`),
      );
      return `${created ?? ""}${running ?? ""}`;
    },
    delta: (delta) => answer.take(delta),
    heartbeat: () => ": hold\n\n",
    end: (end) => {
      const { written, status } = answer.end(end);
      const body = responseBody(turn, facts, status, items.all(), end.usage);
      const last = event(`response.${status.kind}`, `"response":${body}`);
      return `${written}: plimsoll-receipt ${facts.receipt}\n\n${last}`;
    },
    fail: (refusal) => {
      const body = responseBody(turn, facts, failedBy(refusal), items.all(), undefined);
      return event("response.failed", `"response":${body}`);
    },
  };
}

/** Writes a response as one body. */
export function responsesWhole(turn: Turn, facts: AnswerFacts): AnswerEncoder {
  const items = new Items(facts, () => "");
  const answer = new ResponseAnswer(items);
  return {
    contentType: "application/json",
    isStream: false,
    begin: () => "",
    delta: (delta) => answer.take(delta),
    heartbeat: () => "",
    end: (end) => {
      const { status } = answer.end(end);
      return responseBody(turn, facts, status, items.all(), end.usage);
    },
    fail: (refusal) => JSON.stringify(openAiError(refusal, facts.requestId)),
  };
}

/** The pieces of a response, and how it ends. */
class ResponseAnswer {
  readonly #items: Items;
  readonly #blocks: Blocks;
  #reason: FinishReason | undefined;

  constructor(items: Items) {
    this.#items = items;
    this.#blocks = new Blocks(items);
  }

  take(delta: ReleasedDelta): string {
    if (delta.kind === "finish" && delta.choice === 0) this.#reason = delta.reason;
    return this.#blocks.take(delta);
  }

  end({ kind }: AnswerEnd): { readonly written: string; readonly status: Status } {
    const status = statusOf(kind === "filtered" ? "content-filter" : this.#reason);
    if (status.kind === "incomplete") this.#items.ending = "incomplete";
    return { written: this.#blocks.end(), status };
  }
}

function statusOf(reason: FinishReason | undefined): Status {
  switch (reason) {
    case "length":
      return { kind: "incomplete", reason: "max_output_tokens" };
    case "content-filter":
      return { kind: "incomplete", reason: "content_filter" };
    case "stop":
    case "tool-calls":
    case "unknown":
    case undefined:
      return { kind: "completed" };
  }
}

/** A response's errors have fewer words than HTTP's. */
function failedBy({ code, message, ticket }: Refusal): Status {
  const known = code === "rate_limited" ? "rate_limit_exceeded" : "server_error";
  return { kind: "failed", code: ticket === undefined ? known : code, message, ticket };
}

function eventOf(type: string, at: number, members: string): string {
  return `event: ${type}\ndata: {"type":"${type}","sequence_number":${at},${members}}\n\n`;
}
