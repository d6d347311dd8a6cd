import type { Json, JsonObject } from "../kernel/json.ts";

/** How a piece of a conversation came to be. What a tool or a document says is nobody's instruction. */
export type Trust = "operator" | "user" | "model" | "untrusted";

/** A piece of a message. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  /** What a reasoning model thought before; sent back by clients that keep conversations. */
  | { readonly kind: "reasoning"; readonly text: string }
  | { readonly kind: "refusal"; readonly text: string }
  /** An image within the request itself; nothing is fetched. `url` begins with `data:`. */
  | { readonly kind: "image"; readonly url: string; readonly detail?: string };

/** A call of a tool that a model made. */
export type ToolCall = {
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it: it may be cut, or no JSON at all. */
  readonly args: string;
};

/** One message of a conversation, whatever dialect it came in. */
export type Message = {
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  readonly trust: Trust;
  readonly parts: readonly Part[];
  readonly name?: string;
  /** Of an assistant's message. */
  readonly calls?: readonly ToolCall[];
  /** Of a tool's message: the call that it answers. */
  readonly callId?: string;
};

/** A tool that the model may call. */
export type Tool = {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of its arguments. */
  readonly parameters?: JsonObject;
  readonly strict?: boolean;
};

/** Which tools may or must be called. */
export type ToolChoice =
  | { readonly kind: "auto" | "none" | "required" }
  | { readonly kind: "tool"; readonly name: string };

/** What shape the answer must have. */
export type OutputForm =
  | { readonly kind: "text" }
  | { readonly kind: "json" }
  | {
      readonly kind: "schema";
      readonly name: string;
      readonly schema: JsonObject;
      readonly strict?: boolean;
      readonly description?: string;
    };

/** How tokens are drawn. A field that the client left out is absent, so that the engine's own default stands. */
export type Sampling = {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly seed?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly repetitionPenalty?: number;
  readonly stop?: readonly string[];
  readonly logitBias?: Readonly<Record<string, number>>;
  /** Number of alternatives told beside each token; 0 for the token's own log-probability alone. */
  readonly logprobs?: number;
};

/** A request to write text, in the one form that guards and engines see. */
export type Turn = {
  /** The name the client asked for. */
  readonly model: string;
  readonly messages: readonly Message[];
  /** A bare prompt instead of messages (the `completions` dialect). */
  readonly prompt?: string;
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelCalls?: boolean;
  readonly output: OutputForm;
  readonly sampling: Sampling;
  /** Answers wanted, at least 1. */
  readonly choices: number;
  /** Tokens that an answer may have; written in by the gateway where the client left it out. */
  readonly maxOutput?: number;
  /** How hard to think, in the client's words. */
  readonly effort?: string;
  readonly stream: boolean;
  /** Whom the answer is for, as the client's system names them; never sent upstream. */
  readonly subject?: string;
  /** Top-level fields that this version does not know: sent to local engines, dropped for a cloud. */
  readonly extra: Readonly<Record<string, Json>>;
};

/** A request for embeddings. */
export type EmbeddingTurn = {
  readonly model: string;
  readonly inputs: readonly string[];
  readonly dimensions?: number;
  readonly encoding: "float" | "base64";
  readonly subject?: string;
  readonly extra: Readonly<Record<string, Json>>;
};
