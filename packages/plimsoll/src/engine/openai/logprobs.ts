import type { TokenLogprob } from "../delta.ts";

/** Alternatives of one token: servers tell twenty at most, and more would be a way to send text (CWE-770). */
const TOP_MAX = 20;

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
  return isBytes ? { token, logprob, bytes } : { token, logprob };
}

/** Lists beside one another; the first token of a prompt has no probability there. */
function listsOf(value: Fields, tokens: readonly unknown[]): readonly TokenLogprob[] {
  const own = Array.isArray(value["token_logprobs"]) ? value["token_logprobs"] : [];
  const tops = Array.isArray(value["top_logprobs"]) ? value["top_logprobs"] : [];
  return tokens.flatMap((token, at) => {
    const logprob: unknown = own[at];
    if (typeof token !== "string" || typeof logprob !== "number") return [];
    const top = topOf(tops[at]);
    return [top.length === 0 ? { token, logprob } : { token, logprob, top }];
  });
}

function topOf(value: unknown): readonly TokenLogprob[] {
  if (!isObject(value)) return [];
  return Object.entries(value)
    .slice(0, TOP_MAX)
    .flatMap(([token, logprob]) => (typeof logprob === "number" ? [{ token, logprob }] : []));
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
