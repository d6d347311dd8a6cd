import type { FinishReason, Usage } from "../../../engine/delta.ts";
import type { ReleasedDelta } from "../../released.ts";
import { Blocks } from "../blocks.ts";
import type { AnswerEncoder, AnswerEnd, AnswerFacts } from "../contract.ts";
import { blockBody, event, gatherer, streamWriter, type Gathered } from "./blocks.ts";
import { anthropicError } from "./errors.ts";

/** Writes an answer as a stream of events: a message begins, its blocks follow one another, it ends. */
export function messagesStream(facts: AnswerFacts): AnswerEncoder {
  const blocks = new Blocks(streamWriter(facts));
  const finish = new Finish();
  return {
    contentType: "text/event-stream; charset=utf-8",
    isStream: true,
    begin: () => event("message_start", `"message":${messageOf(facts, "[]", null, NOTHING)}`),
    delta: (delta) => {
      finish.see(delta);
      return blocks.take(delta);
    },
    heartbeat: () => event("ping", ""),
    end: (end) => {
      const rest = blocks.end();
      const reason = finish.reason(end, blocks.hasCalls);
      const told = `"delta":{"stop_reason":"${reason}",${NO_STOP}},"usage":${usageOf(end.usage)}`;
      const last = event("message_delta", told);
      return `${rest}${last}: plimsoll-receipt ${facts.receipt}\n\n${event("message_stop", "")}`;
    },
    fail: (refusal) =>
      `event: error\ndata: ${JSON.stringify(anthropicError(refusal, facts.requestId))}\n\n`,
  };
}

/** Writes an answer as one body. */
export function messagesWhole(facts: AnswerFacts): AnswerEncoder {
  const gathered: Gathered[] = [];
  const blocks = new Blocks(gatherer(gathered));
  const finish = new Finish();
  return {
    contentType: "application/json",
    isStream: false,
    begin: () => "",
    delta: (delta) => {
      finish.see(delta);
      return blocks.take(delta);
    },
    heartbeat: () => "",
    end: (end) => {
      blocks.end();
      const content = gathered.map((block) => blockBody(block, facts)).join(",");
      const reason = finish.reason(end, blocks.hasCalls);
      return messageOf(facts, `[${content}]`, reason, end.usage);
    },
    fail: (refusal) => JSON.stringify(anthropicError(refusal, facts.requestId)),
  };
}

const NOTHING: Usage = { input: 0, output: 0 };

/** Which sequence ended an answer is not told by engines. */
const NO_STOP = '"stop_sequence":null,"stop_details":null';

/** Why an answer ended, in this dialect's words. */
class Finish {
  #reason: FinishReason | undefined;
  #hasRefused = false;

  see(delta: ReleasedDelta): void {
    if (delta.kind === "finish" && delta.choice === 0) this.#reason = delta.reason;
    if (delta.kind === "refusal" && delta.choice === 0) this.#hasRefused = true;
  }

  reason({ kind }: AnswerEnd, hasCalls: boolean): string {
    if (kind === "filtered" || this.#hasRefused) return "refusal";
    switch (this.#reason) {
      case "length":
        return "max_tokens";
      case "content-filter":
        return "refusal";
      case "stop":
      case "tool-calls":
      case "unknown":
      case undefined:
        // Engines that call tools and say "stop" are common: clients run tools on this word alone.
        return hasCalls ? "tool_use" : "end_turn";
    }
  }
}

function messageOf(
  { requestId, model }: AnswerFacts,
  content: string,
  reason: string | null,
  usage: Usage,
): string {
  const id = JSON.stringify(`msg_${requestId.slice(-24)}`);
  return `{"id":${id},"type":"message","role":"assistant","model":${JSON.stringify(model)},"content":${content},"stop_reason":${JSON.stringify(reason)},${NO_STOP},"usage":${usageOf(usage)}}`;
}

/** Tokens as Anthropic counts them: what a cache had is told beside the input, and not within it. */
function usageOf({ input, output, cached, reasoning }: Usage): string {
  return JSON.stringify({
    input_tokens: Math.max(0, input - (cached ?? 0)),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached ?? 0,
    output_tokens: output,
    ...(reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  });
}
