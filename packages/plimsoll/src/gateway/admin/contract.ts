import type { AuditLog } from "../../audit/contract.ts";
import type { JsonObject } from "../../kernel/json.ts";
import type { BudgetRow, Store } from "../../store/contract.ts";
import type { LogFields } from "../hot/contract.ts";
import type { AskedBudget } from "../limits/budget-text.ts";
import type { OutboxWriter } from "../outbox.ts";
import type { Holds } from "../review/holds.ts";
import type { Serving } from "../server/contract.ts";
import type { SeqNotes } from "./seq-notes.ts";

/** A budget or rate as it stands in memory, with what running requests set aside. */
export type BudgetStanding = {
  readonly row: BudgetRow;
  readonly spent: number;
  readonly reserved: number;
  readonly windowStart: number;
};

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

/** What reading the configuration anew came to. */
export type ReloadAnswer =
  | {
      readonly kind: "loaded";
      readonly seq: number;
      readonly policyDigest: string;
      /** What is another now, by section; and what is another in the file and takes a new start. */
      readonly changes: JsonObject;
      readonly needsRestart: readonly string[];
    }
  | { readonly kind: "refused"; readonly seq: number | undefined; readonly reason: string };

/** What the admin API stands on. */
export type AdminPorts = {
  readonly version: string;
  readonly serving: () => Pick<Serving, "edges" | "keyRing" | "models" | "snapshot">;
  readonly store: Pick<Store, "keys" | "budgets" | "requests">;
  readonly outbox: OutboxWriter;
  readonly audit: AuditLog;
  /** Folder of the audit log. */
  readonly auditFolder: string;
  readonly holds: Pick<Holds, "list" | "show" | "decide">;
  readonly notes: SeqNotes;
  /** Takes up keys and budgets that were changed; resolves when requests are held to them. */
  readonly changed: () => Promise<void>;
  readonly budgets: () => readonly BudgetStanding[];
  /** True when every one of these can be held to: money needs a price at each upstream. */
  readonly canEnforce: (budgets: readonly AskedBudget[]) => boolean;
  readonly upstream: (name: string) => UpstreamStanding;
  readonly health: () => GatewayHealth;
  readonly reload: (by: AskedBy) => Promise<ReloadAnswer>;
  /** A new request's id. */
  readonly newId: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (level: "info" | "warn" | "error", event: string, fields: LogFields) => void;
};
