import type { Json, JsonObject } from "../../../kernel/json.ts";

/** One conversation to be written out by a chat template. */
export type ChatRequest = {
  /** Jinja source of the template. */
  readonly template: string;
  /** Messages as the OpenAI interface has them: `role`, `content`, `tool_calls` and so on. */
  readonly messages: readonly JsonObject[];
  /** Declared tools; undefined tells the template that there are none. */
  readonly tools?: readonly JsonObject[] | undefined;
  /** True when the model shall answer next. */
  readonly addGenerationPrompt: boolean;
  /** Text of the token that begins a text; undefined leaves the variable undefined. */
  readonly bosToken?: string | undefined;
  readonly eosToken?: string | undefined;
  /** What `strftime_now` tells, in UTC. It stands still while the template runs. */
  readonly now: Date;
  /** Further variables, such as `enable_thinking` or other special tokens. */
  readonly extra?: { readonly [name: string]: Json } | undefined;
};

/** What rendering came to. Nothing is thrown: a template's own refusal is an answer. */
export type RenderResult =
  | { readonly kind: "rendered"; readonly text: string }
  /** The template called `raise_exception`. */
  | { readonly kind: "refused"; readonly message: string }
  /** It cannot be parsed, or stopped on something that it or this interpreter cannot do. */
  | { readonly kind: "failed"; readonly message: string }
  /** It took longer than its budget, or more steps than any template needs. */
  | { readonly kind: "late" }
  /** The prompt, or a value on the way to it, is larger than any conversation. */
  | { readonly kind: "too-large" };

/** How long rendering may take, in milliseconds of the clock on the wall. */
export type RenderBudget = {
  /** For one conversation. */
  readonly ms: number;
  /** For all that are asked for at once; those that are not reached are late too. No end when absent. */
  readonly totalMs?: number;
};

/** While a person waits for an answer: milliseconds of one rendering. A template made to stall must not stall a server (CWE-400). */
export const RENDER_MS = 250;

/** While a model is audited: milliseconds of one rendering, generous for slow machines (CWE-400). */
export const AUDIT_RENDER_MS = 2_000;

/** Renders chat templates away from everything else. */
export type Renderer = {
  /** Renders one conversation, by default within RENDER_MS. Never rejects. */
  readonly renderChat: (request: ChatRequest, budget?: RenderBudget) => Promise<RenderResult>;
  /** Renders many at once, which is faster by far; results come in the order of the requests. Never rejects. */
  readonly renderMany: (
    requests: readonly ChatRequest[],
    budget?: RenderBudget,
  ) => Promise<readonly RenderResult[]>;
  /** Ends it; what is still asked of it afterwards, or not yet answered, has failed. */
  readonly close: () => Promise<void>;
};
