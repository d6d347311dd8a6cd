import type { AuditLog } from "../../audit/contract.ts";
import type { LogReader } from "../../audit/reader.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { Store } from "../../store/contract.ts";
import type { LogFields } from "../hot/contract.ts";
import type { AskedBudget } from "../limits/budget-text.ts";
import type { Standing } from "../limits/purse.ts";
import type { OutboxWriter } from "../outbox.ts";
import type { Review } from "../review/contract.ts";
import type { Serving } from "../server/contract.ts";

/** What is known of an upstream that serves, besides what its route says. */
export type UpstreamStanding = {
  readonly running: number;
  /** True while it is left alone because it failed. */
  readonly isResting: boolean;
};

/** How the gateway itself is. */
export type GatewayHealth = {
  /** What is not ready, by name. */
  readonly waits: readonly string[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds that the event loop lagged of late, 99th percentile. */
  readonly lagMs: number;
  readonly isAuditAvailable: boolean;
  readonly isStoreAvailable: boolean;
};

/** Who asks for a change, and why; the audit log is told. */
export type AskedBy = {
  readonly actor: string;
  readonly request: string;
  readonly reason: string;
};

/** What reading the configuration anew came to. `seq` is missing where the log could not be told. */
export type ReloadAnswer =
  | {
      readonly kind: "loaded";
      readonly seq: number;
      readonly policyDigest: string;
      /** What is another in the file, and takes a new start. */
      readonly needsRestart: readonly string[];
    }
  | { readonly kind: "refused"; readonly seq: number | undefined; readonly reason: string };

/** What the admin API stands on. */
export type AdminPorts = {
  readonly serving: () => Pick<Serving, "edges" | "keyRing" | "models" | "snapshot">;
  readonly store: Pick<Store, "keys" | "budgets" | "requests" | "holds">;
  readonly outbox: OutboxWriter;
  readonly audit: Pick<AuditLog, "isAvailable" | "state">;
  readonly log: LogReader;
  readonly review: Review;
  /** Takes up what other processes changed; resolves when requests are held to it. */
  readonly fresh: () => Promise<void>;
  /** Takes up keys and budgets that were changed here. */
  readonly changed: () => Promise<void>;
  readonly budgets: () => readonly Standing[];
  /** True when every one of these can be held to: money needs a price at each upstream, and one in its currency. */
  readonly canEnforce: (budgets: readonly AskedBudget[]) => boolean;
  readonly upstream: (name: string) => UpstreamStanding;
  readonly health: () => GatewayHealth;
  readonly reload: (by: AskedBy) => Promise<ReloadAnswer>;
  readonly openapi: () => JsonObject;
  /** A new request's id. */
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly say: (level: "info" | "warn" | "error", event: string, fields: LogFields) => void;
};
