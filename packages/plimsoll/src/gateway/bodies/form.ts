import type { Turn } from "../../engine/turn.ts";
import type { KeptBody } from "./gather.ts";

/** What is kept of a request (`plimsoll/body@1`): no images, which no guard reads, and no name of a person. */
export function requestBytes({ alias, dialect, turn }: KeptBody): Buffer {
  const { subject, ...said } = turn;
  // The row has a random id in its place.
  void subject;
  return bytesOf({ schema: "plimsoll/body@1", alias, dialect, turn: withoutImages(said) });
}

/** What is kept of an answer, in the order that it was written in. */
export function responseBytes({ pieces, isCut }: KeptBody): Buffer {
  return bytesOf({ schema: "plimsoll/body@1", pieces, isCut });
}

function withoutImages(turn: Turn): Turn {
  return {
    ...turn,
    messages: turn.messages.map((message) => ({
      ...message,
      parts: message.parts.map((part) =>
        part.kind === "image" ? { ...part, url: `data:,${part.url.length} characters` } : part,
      ),
    })),
  };
}

function bytesOf(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
