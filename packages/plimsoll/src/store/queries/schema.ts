import type { Generated, Selectable } from "kysely";

/** The tables as queries see them: names as they are in the database. */
export type Tables = {
  readonly keys: {
    readonly id: string;
    readonly hash: string;
    readonly name: string;
    readonly team: string;
    readonly roles: string;
    readonly models: string;
    readonly created_at: number;
    readonly expires_at: number | null;
    readonly revoked_at: number | null;
    readonly parallel: number | null;
    readonly rotated_to: string | null;
    readonly zones: string | null;
  };
  readonly budgets: {
    readonly id: string;
    readonly kind: string;
    readonly scope: string;
    readonly scope_id: string;
    readonly unit: string;
    readonly currency: string | null;
    readonly window: string;
    readonly cap: number;
    readonly spent: number;
    readonly window_start: number;
  };
  readonly requests: {
    readonly id: string;
    readonly at: number;
    readonly key_id: string;
    readonly team: string;
    readonly dialect: string;
    readonly alias: string;
    readonly upstream: string | null;
    readonly outcome: string;
    readonly status: number;
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly is_estimated: number;
    readonly nanos: number | null;
    readonly currency: string | null;
    readonly first_ms: number | null;
    readonly total_ms: number;
    readonly redactions: number;
    readonly audit_seq: number | null;
    readonly zone: string | null;
  };
  /** One row: every request up to this event of the log was settled. */
  readonly settled: { readonly place: number; readonly seq: number };
  readonly usage_hour: {
    readonly hour: number;
    readonly team: string;
    readonly key_id: string;
    readonly alias: string;
    /** Empty where no engine was asked. */
    readonly upstream: string;
    /** Empty where it is not known. */
    readonly zone: string;
    readonly requests: number;
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly nanos: number;
  };
  readonly holds: {
    readonly id: string;
    readonly request_id: string;
    readonly key_id: string;
    readonly team: string;
    readonly alias: string;
    readonly dialect: string;
    readonly created_at: number;
    readonly expires_at: number;
    readonly digest: string;
    readonly policy_digest: string;
    readonly reasons: string;
    readonly quorum: number;
    readonly sealed: Uint8Array;
    readonly state: string;
    readonly decided_at: number | null;
    readonly side: string;
    readonly edit_quorum: number;
    readonly version: number;
    readonly claimed_by: string | null;
    readonly claimed_until: number | null;
    readonly taken_at: number | null;
  };
  readonly votes: {
    readonly hold_id: string;
    readonly at: number;
    readonly by: string;
    readonly verdict: string;
    readonly digest: string;
    readonly policy_digest: string;
    readonly reason: string;
  };
  readonly subjects: { readonly mac: string; readonly id: string; readonly wrapped: Uint8Array };
  readonly bodies: {
    readonly request_id: string;
    readonly side: string;
    readonly subject_id: string;
    readonly at: number;
    readonly sealed: Uint8Array;
  };
  readonly outbox: {
    readonly seq: Generated<number>;
    readonly kind: string;
    readonly actor: string;
    readonly body: string;
    readonly request: string | null;
  };
};

/** An event that waits to be written. */
export type OutboxRow = Selectable<Tables["outbox"]>;
