import { reasonOf } from "../../kernel/error.ts";
import type { EngineFailure, EngineSink } from "../contract.ts";
import { AnswerReader } from "./answer.ts";
import { EventReader } from "./events.ts";
import type { ExchangeSink } from "./exchange.ts";
import { Gather } from "./gather.ts";
import { MALFORMED, parsed, TOO_LONG, Whole } from "./whole.ts";

const CUT: EngineFailure = { code: "cut", message: "the answer ended before its end" };

/** How an answer is ended before its connection is. */
export type Ends = {
  /** What came is no answer: the sink gets this failure. */
  readonly refuse: (failure: EngineFailure) => void;
  /** All of it came: whatever the server still sends is not waited for. */
  readonly finish: () => void;
};

/** Reads an answer in whichever form it comes: a server may answer whole where a stream was asked for. */
export function takeAnswer(sink: EngineSink, choices: number, ends: Ends): ExchangeSink {
  let isStream = false;
  let isDone = false;
  let isOver = false;
  let hasPiece = false;
  const gather = new Gather(sink.delta);
  const answer = new AnswerReader((delta) => {
    hasPiece = true;
    gather.push(delta);
  }, choices);
  const whole = new Whole();
  const refuse = (failure: EngineFailure): void => {
    isOver = true;
    ends.refuse(failure);
  };
  const finish = (): void => {
    isOver = true;
    answer.end();
    gather.flush();
    sink.end();
  };
  const events = new EventReader((data) => {
    if (isDone || isOver) return;
    if (data.trim() === "[DONE]") isDone = true;
    else if (answer.read(parsed(data)) !== undefined) {
      gather.flush();
      refuse({ code: "failed", message: "the server sent an error in place of an answer" });
    }
  });
  const read = (chunk: Buffer): void => {
    try {
      events.push(chunk);
      gather.flush();
    } catch (error) {
      gather.flush();
      refuse({ code: "malformed", message: reasonOf(error) });
    }
    if (!isDone || isOver) return;
    finish();
    ends.finish();
  };
  return {
    open: (type) => {
      isStream = type.startsWith("text/event-stream");
      if (!isStream && !type.startsWith("application/json")) return false;
      sink.accept();
      return true;
    },
    data: (chunk) => {
      if (!isStream) {
        if (!whole.add(chunk)) refuse(TOO_LONG);
        return whole.isMore();
      }
      // Comments and empty events keep a connection alive, and are no pieces of an answer.
      hasPiece = false;
      read(chunk);
      return hasPiece;
    },
    end: () => {
      if (!isStream) {
        const failure = answer.read(whole.json());
        gather.flush();
        if (failure !== undefined || !answer.hasFinished) sink.fail(MALFORMED);
        else sink.end();
      } else if (answer.hasFinished) finish();
      else sink.fail(CUT);
    },
    fail: sink.fail,
  };
}
