import type { EngineFailure } from "../../engine/contract.ts";
import { takeAnswer } from "../../engine/openai/take-answer.ts";
import type { Turn } from "../../engine/turn.ts";
import type { TextDialect } from "../../gateway/dialects/contract.ts";
import { refusalOf } from "../../gateway/hot/contract.ts";
import { Answer } from "../../gateway/pipeline/answer.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import { placeholderOf } from "../../gateway/pipeline/surrogates.ts";
import { FACTS, USAGE } from "../dialects/answers.ts";

/** A turn that asks for nothing in particular. */
export const PLAIN_TURN: Turn = {
  model: "org/model-1",
  messages: [],
  tools: [],
  output: { kind: "text" },
  sampling: {},
  choices: 1,
  stream: true,
  extra: {},
};

/** What a client gets, and how the engine failed. */
export type PlayedAnswer = {
  readonly sent: string;
  readonly contentType: string;
  readonly failure: EngineFailure | undefined;
};

/** Plays an upstream's bytes through reader, guards and encoder, to a client's bytes. */
export function playAnswer(
  bytes: readonly Buffer[],
  dialect: Pick<TextDialect, "encoder">,
  {
    guards = [],
    stream = true,
    type = stream ? "text/event-stream" : "application/json",
    hasLogprobs = false,
  }: {
    readonly guards?: readonly PolicyGuard[];
    /** Whether the client wants a stream. */
    readonly stream?: boolean;
    /** Content type of the upstream's answer. */
    readonly type?: string;
    readonly hasLogprobs?: boolean;
  } = {},
): PlayedAnswer {
  const encoder = dialect.encoder({ ...PLAIN_TURN, stream }, FACTS);
  let sent = "";
  let isHalted = false;
  let isFinished = false;
  let failure: EngineFailure | undefined;
  const answer = new Answer({
    guards,
    isJson: false,
    originals: new Map(),
    hasLogprobs,
    replace: placeholderOf,
    sink: {
      release: (delta) => {
        sent += encoder.delta(delta);
      },
      edited: () => {},
      halt: () => {
        isHalted = true;
      },
      done: () => {
        sent += encoder.end({ kind: isHalted ? "filtered" : "whole", usage: USAGE });
      },
    },
  });
  const fail = (why: EngineFailure): void => {
    failure ??= why;
  };
  const taken = takeAnswer(
    {
      accept: () => {},
      delta: (delta) => {
        if (failure === undefined) answer.push(delta);
      },
      end: () => {
        if (failure === undefined) answer.end(undefined);
      },
      fail,
    },
    PLAIN_TURN.choices,
    {
      refuse: fail,
      finish: () => {
        isFinished = true;
      },
    },
  );
  taken.open(type);
  const isOver = (): boolean => failure !== undefined || isFinished;
  for (const chunk of bytes) if (!isOver()) taken.data(chunk);
  if (!isOver()) taken.end();
  if (failure !== undefined) sent += encoder.fail(refusalOf(failure));
  return { sent: encoder.begin() + sent, contentType: encoder.contentType, failure };
}
