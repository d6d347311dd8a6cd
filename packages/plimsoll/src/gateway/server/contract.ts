import type { JsonObject } from "../../kernel/json.ts";
import type { DecodePolicy, TextDialect, VectorDialect } from "../dialects/contract.ts";
import type { HotPorts, Snapshot } from "../hot/contract.ts";
import type { InFlight } from "../hot/read-body.ts";
import type { KeyRing } from "../keys/contract.ts";
import type { Refusal, RefusalCode } from "../refusal.ts";
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
  /** Bytes that a body may have. */
  readonly bodyMaxBytes: number;
};

/** What a held answer came to, for the key that asked. */
export type HeldState =
  | { readonly kind: "open" }
  | { readonly kind: "refused" }
  | { readonly kind: "released"; readonly body: JsonObject };

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
  /** Why new requests are not taken now; undefined while they are. */
  readonly shed: () => Refusal | undefined;
  /** Told of every request that is refused before a model is asked; `dialect` is one of ours, or `none`. */
  readonly refused: (code: RefusalCode, dialect: string) => void;
  /** Bytes of bodies that are in memory now. */
  readonly inFlight: InFlight;
  /** A new request's id. */
  readonly newId: () => string;
};
