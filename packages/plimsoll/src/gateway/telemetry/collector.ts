import { Client } from "undici";

/** What a collector said to a batch. */
export type Delivery =
  /** It has them, save so many that it refused. */
  | { readonly kind: "taken"; readonly refused: number }
  /** It may take them later. */
  | { readonly kind: "later"; readonly reason: string; readonly afterMs: number | undefined }
  /** It never will. */
  | { readonly kind: "refused"; readonly reason: string };

/** Where batches go. */
export type Collector = {
  /** Sends one; never rejects, and answers within {@link DELIVERY_MS}. */
  readonly send: (body: string) => Promise<Delivery>;
  /** Ends what runs. */
  readonly close: () => void;
};

/** Milliseconds that one delivery may take, whole: a collector may drip its answer byte by byte (CWE-400). */
export const DELIVERY_MS = 10_000;

/** Bytes of an answer that are read (CWE-770). */
const ANSWER_MAX_BYTES = 65_536;

/** Milliseconds that a collector may ask us to wait, at most. */
const AFTER_MAX_MS = 60_000;

/** Opens a collector at the whole address of its traces, such as `http://127.0.0.1:4318/v1/traces`. */
export function openCollector(to: {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly deliveryMs?: number;
}): Collector {
  const ending = new AbortController();
  const { url } = to;
  // One connection: one batch is on its way at a time.
  const client = new Client(url.origin, { headersTimeout: 0, bodyTimeout: 0 });
  const headers = { ...to.headers, "content-type": "application/json", "user-agent": "plimsoll" };
  const path = `${url.pathname}${url.search}`;
  const ask = async (body: string): Promise<Delivery> => {
    const signal = AbortSignal.any([
      ending.signal,
      AbortSignal.timeout(to.deliveryMs ?? DELIVERY_MS),
    ]);
    try {
      const answer = await client.request({ method: "POST", path, headers, body, signal });
      const text = await readStart(answer.body);
      return deliveryOf(answer.statusCode, answer.headers["retry-after"], text);
    } catch (error) {
      // Also when it would have answered: what it said is not known. Its address is in no reason of ours.
      return {
        kind: "later",
        reason: signal.aborted ? "timeout" : codeOf(error),
        afterMs: undefined,
      };
    }
  };
  return {
    send: ask,
    close: () => {
      ending.abort();
      void client.destroy().catch(() => {
        // It is being ended: there is nothing to do about a connection that does not like it.
      });
    },
  };
}

/** The start of an answer; past the limit the rest is not read and the connection is closed. */
async function readStart(body: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Buffer)) continue;
    size += chunk.length;
    if (size > ANSWER_MAX_BYTES) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** @see https://opentelemetry.io/docs/specs/otlp/ "OTLP/HTTP Response" (read 2026-11-25) */
function deliveryOf(status: number, after: string | string[] | undefined, text: string): Delivery {
  if (status >= 200 && status < 300) return { kind: "taken", refused: refusedIn(text) };
  const reason = `status ${status}`;
  const isLater = status === 429 || (status >= 502 && status <= 504);
  return isLater ? { kind: "later", reason, afterMs: afterOf(after) } : { kind: "refused", reason };
}

/** `partialSuccess.rejectedSpans`: a number as text, by the rules of protobuf's JSON. */
function refusedIn(text: string): number {
  try {
    const answer: unknown = JSON.parse(text);
    const part = memberOf(answer, "partialSuccess");
    const count = Number(memberOf(part, "rejectedSpans") ?? 0);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch {
    // Many answer with nothing, and some with a word: the status has said that they have it.
    return 0;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

/** `Retry-After` in seconds; a date is left to our own patience. */
function afterOf(header: string | string[] | undefined): number | undefined {
  if (typeof header !== "string" || !/^\d{1,9}$/u.test(header)) return undefined;
  return Math.min(Number(header) * 1_000, AFTER_MAX_MS);
}

function codeOf(error: unknown): string {
  const code = memberOf(error, "code");
  return typeof code === "string" && /^[A-Z_]{1,40}$/u.test(code) ? code : "failed";
}
