import type { TokenLogprob } from "../delta.ts";

/** Alternatives of one token: servers tell twenty at most, and more would be a way to send text (CWE-770). */
const TOP_MAX = 20;

/** What servers write for what cannot be (OpenAI: -9999.0), and the digits that a 32-bit number has behind its point. */
const IMPOSSIBLE = -9_999;
const DIGITS = 1e6;

type Fields = { readonly [key: string]: unknown };

/** Reads log-probabilities in the form of chats, or in the older one of bare prompts; undefined for none. */
export function readLogprobs(value: unknown): readonly TokenLogprob[] | undefined {
  if (!isObject(value)) return undefined;
  if (Array.isArray(value["content"])) return value["content"].flatMap(entryOf);
  return Array.isArray(value["tokens"]) ? listsOf(value, value["tokens"]) : undefined;
}

function entryOf(value: unknown): readonly TokenLogprob[] {
  const told = tokenOf(value);
  if (told === undefined || !isObject(value)) return [];
  const top = Array.isArray(value["top_logprobs"])
    ? value["top_logprobs"]
        .slice(0, TOP_MAX)
        .map(tokenOf)
        .filter((one) => one !== undefined)
    : [];
  return [top.length === 0 ? told : { ...told, top }];
}

function tokenOf(value: unknown): TokenLogprob | undefined {
  if (!isObject(value)) return undefined;
  const { token, logprob, bytes } = value;
  if (typeof token !== "string" || typeof logprob !== "number") return undefined;
  const isBytes = Array.isArray(bytes) && bytes.every((byte) => typeof byte === "number");
  const told = { token, logprob: likely(logprob) };
  return isBytes ? { ...told, bytes } : told;
}

/** Lists beside one another; the first token of a prompt has no probability there. */
function listsOf(value: Fields, tokens: readonly unknown[]): readonly TokenLogprob[] {
  const own = Array.isArray(value["token_logprobs"]) ? value["token_logprobs"] : [];
  const tops = Array.isArray(value["top_logprobs"]) ? value["top_logprobs"] : [];
  return tokens.flatMap((token, at) => {
    const logprob: unknown = own[at];
    if (typeof token !== "string" || typeof logprob !== "number") return [];
    const top = topOf(tops[at]);
    const told = { token, logprob: likely(logprob) };
    return [top.length === 0 ? told : { ...told, top }];
  });
}

function topOf(value: unknown): readonly TokenLogprob[] {
  if (!isObject(value)) return [];
  return Object.entries(value)
    .slice(0, TOP_MAX)
    .flatMap(([token, logprob]) =>
      typeof logprob === "number" ? [{ token, logprob: likely(logprob) }] : [],
    );
}

/** A logarithm of a probability. A longer number would say something of its own, and no guard looks at numbers. */
function likely(logprob: number): number {
  return Math.round(Math.min(0, Math.max(IMPOSSIBLE, logprob)) * DIGITS) / DIGITS + 0;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
