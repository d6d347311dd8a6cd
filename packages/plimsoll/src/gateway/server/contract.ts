import type { Usage } from "../../engine/delta.ts";
import type { Turn } from "../../engine/turn.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { DecodePolicy, TextDialect, VectorDialect } from "../dialects/contract.ts";
import type { HotPorts, Snapshot } from "../hot/contract.ts";
import type { InFlight } from "../hot/read-body.ts";
import type { KeyRing } from "../keys/contract.ts";
import type { PassedRequest } from "../pipeline/request.ts";
import type { Refusal, RefusalCode } from "../refusal.ts";
import type { ReleasedDelta } from "../released.ts";
import type { Edges } from "./edges.ts";

/** Reads bytes as JSON that has one meaning: no key twice, not too deep, UTF-8. */
export type ReadJson = (
  bytes: Buffer,
) =>
  | { readonly kind: "read"; readonly value: JsonObject }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** A model as the list of models and its card tell it. */
export type ServedModel = {
  readonly alias: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly card: JsonObject;
};

/** What may change while the server runs. Immutable: a reload makes another one, and swaps it. */
export type Serving = {
  readonly snapshot: Snapshot;
  readonly keyRing: KeyRing;
  readonly edges: Edges;
  readonly decode: DecodePolicy;
  readonly models: readonly ServedModel[];
  /** Names that policy let in once and does not any more: they take no new requests. */
  readonly closed?: ReadonlySet<string>;
  /** Bytes that a body may have. */
  readonly bodyMaxBytes: number;
};

/** What a held answer came to, for the key that asked. */
export type HeldState =
  | { readonly kind: "open"; readonly expiresAt: number }
  | { readonly kind: "refused" | "expired" }
  /** A released request that went to an engine already. */
  | { readonly kind: "sent" }
  | ReleasedAnswer
  | ReleasedRequest;

/** An answer that a person let out. */
export type ReleasedAnswer = {
  readonly kind: "answer";
  readonly state: "released" | "edited";
  readonly requestId: string;
  readonly dialect: TextDialect["name"];
  readonly turn: Turn;
  readonly deltas: readonly ReleasedDelta[];
  readonly usage: { readonly usage: Usage; readonly isEstimated: boolean };
  readonly hasUsage: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
};

/** A request that a person let go on to an engine, and that did not yet. */
export type ReleasedRequest = {
  readonly kind: "request";
  readonly id: string;
  readonly dialect: TextDialect["name"];
  readonly hasUsage: boolean;
  readonly bodyBytes: number;
  readonly scanned: PassedRequest;
};

/** What the door stands on. */
export type DoorPorts = HotPorts & {
  readonly serving: () => Serving;
  readonly readJson: ReadJson;
  readonly dialects: {
    readonly chat: TextDialect;
    readonly completions: TextDialect;
    readonly responses: TextDialect;
    readonly messages: TextDialect;
    readonly embeddings: VectorDialect;
  };
  /** A held answer of this key; undefined when there is none of its own. */
  readonly held: (id: string, keyId: string) => Promise<HeldState | undefined>;
  /** Takes a released request for the request `as`, once, so that it is sent once; false when it was taken. */
  readonly takeHeld: (id: string, as: string) => Promise<boolean>;
  /** What people came to on a held answer, for its receipt. */
  readonly reviewOf: (id: string) => Promise<JsonObject | undefined>;
  /** Why new requests are not taken now; undefined while they are. */
  readonly shed: () => Refusal | undefined;
  /** Why no more may run beside those that do; asked at the last moment before one begins. */
  readonly full: () => Refusal | undefined;
  /** Told of every request that is refused before a model is asked; `dialect` is one of ours, or `none`. */
  readonly refused: (code: RefusalCode, dialect: string) => void;
  /** Bytes of bodies that are in memory now. */
  readonly inFlight: InFlight;
  /** A new request's id. */
  readonly newId: () => string;
};
