/** A team, key or budget is named by a random id that can be shown. */
export type KeyRole = "admin" | "operator" | "developer" | "reviewer" | "auditor" | "revealer";

/** Where an upstream can be. */
export const KEY_ZONES = ["local", "private", "cloud"] as const;

/** Where an upstream is: this machine, ours, or somebody else's. */
export type KeyZone = (typeof KEY_ZONES)[number];

/** A key as it is kept: its secret is a SHA-256. Times are milliseconds since 1970. */
export type KeyRow = {
  readonly id: string;
  readonly hash: string;
  readonly name: string;
  readonly team: string;
  readonly roles: readonly KeyRole[];
  /** Names it may ask for; empty for all. */
  readonly models: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** Requests at the same time; null for no limit. */
  readonly parallel: number | null;
  /** A key that takes its place; this one is good until `expiresAt`. */
  readonly rotatedTo: string | null;
  /** Where its requests may go; `local` and `private` when absent. */
  readonly zones?: readonly KeyZone[];
};

/** What may be changed of a key; what is absent stays. */
export type KeyChange = Partial<
  Pick<KeyRow, "name" | "team" | "roles" | "models" | "parallel" | "zones" | "expiresAt">
>;

/** Units that a budget or a rate counts. Money is nano-units of one currency. */
export type BudgetUnit = "requests" | "tokens" | "nanos";

/** How long a budget lasts before it begins anew (UTC). */
export type BudgetWindow = "minute" | "day" | "month" | "total";

/** A budget (hard, reserved at admission) or a rate (may run into debt), for a key or a team. */
export type BudgetRow = {
  readonly id: string;
  readonly kind: "budget" | "rate";
  readonly scope: "key" | "team";
  readonly scopeId: string;
  readonly unit: BudgetUnit;
  /** ISO 4217, for `nanos`. */
  readonly currency: string | null;
  readonly window: BudgetWindow;
  readonly limit: number;
  readonly spent: number;
  /** When the window that `spent` counts began. */
  readonly windowStart: number;
};

/** How a request ended. */
export type RequestOutcome =
  | "answered"
  | "blocked"
  | "held"
  | "refused"
  | "failed"
  | "cut"
  | "left";

/** One request: who, what, how much; never what was said. */
export type RequestRow = {
  readonly id: string;
  readonly at: number;
  readonly keyId: string;
  readonly team: string;
  readonly dialect: string;
  readonly alias: string;
  readonly upstream: string | null;
  readonly outcome: RequestOutcome;
  readonly status: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** True where the engine did not tell its usage whole. */
  readonly isEstimated: boolean;
  readonly nanos: number | null;
  readonly currency: string | null;
  readonly firstMs: number | null;
  readonly totalMs: number;
  readonly redactions: number;
  readonly auditSeq: number | null;
  /** Where the upstream is; null or absent where none was asked, or it is not known. */
  readonly zone?: KeyZone | null;
};

/** Which requests are asked for, newest first. */
export type RequestsAsk = {
  /** Behind this one. */
  readonly after?: { readonly at: number; readonly id: string } | undefined;
  readonly limit: number;
  /** Milliseconds since 1970: from then on, and before then. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly keyId?: string | undefined;
  readonly team?: string | undefined;
  readonly alias?: string | undefined;
  readonly outcome?: RequestOutcome | undefined;
};

/** Requests, and where to go on: behind the last that was looked at, which need not be one of them. */
export type RequestsPage = {
  readonly rows: readonly RequestRow[];
  readonly next: { readonly at: number; readonly id: string } | undefined;
};

/** What a settled request costs a budget. */
export type Settlement = {
  readonly budgetId: string;
  /** Begin of the window it falls into. */
  readonly windowStart: number;
  readonly amount: number;
};

/** An answer that waits for a person; `sealed` can be read with the key of its subject only. */
export type HoldRow = {
  readonly id: string;
  readonly requestId: string;
  readonly keyId: string;
  readonly team: string;
  readonly alias: string;
  readonly dialect: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** SHA-256 of the canonical answer, hex. */
  readonly digest: string;
  readonly policyDigest: string;
  /** Why it is held: guard and reason. */
  readonly reasons: readonly string[];
  /** Decisions that are needed. */
  readonly quorum: number;
  readonly sealed: Uint8Array;
  readonly state: "open" | "released" | "edited" | "refused" | "expired";
  readonly decidedAt: number | null;
  /** What waits: the answer, or the request before any engine saw it. */
  readonly side: "answer" | "request";
  /** People who must agree on a text that one of them wrote, that one included. */
  readonly editQuorum: number;
  /** Counts changes: whoever changes it must have read the last one. */
  readonly version: number;
  /** Who looks at it now, and until when nobody else decides. */
  readonly claimedBy: string | null;
  readonly claimedUntil: number | null;
  /** When a released request went to an engine. */
  readonly takenAt: number | null;
};

/** A held answer without what is sealed of it. */
export type ListedHold = Omit<HoldRow, "sealed">;

/** What changes of a held answer. */
export type HoldChange = Partial<
  Pick<
    HoldRow,
    "state" | "decidedAt" | "digest" | "sealed" | "claimedBy" | "claimedUntil" | "takenAt"
  >
>;

/** One person's word on a held answer. */
export type VoteRow = {
  readonly holdId: string;
  readonly at: number;
  /** Key of the person. */
  readonly by: string;
  readonly verdict: "release" | "edit" | "refuse";
  /** What the person vouches for; of an edit, the digest of the new text. */
  readonly digest: string;
  readonly policyDigest: string;
  readonly reason: string;
};

/** A sealed body of a request or an answer; there is none unless the policy keeps bodies. */
export type BodyRow = {
  readonly requestId: string;
  readonly side: "request" | "response";
  readonly subjectId: string;
  readonly at: number;
  readonly sealed: Uint8Array;
};

/** An audit event that a tool left for the server that runs. */
export type OutboxEvent = {
  readonly kind: string;
  readonly actor: string;
  readonly request?: string;
  /** JSON of its facts. */
  readonly body: string;
};

/** Times before which rows are removed, in milliseconds since 1970; a kind that is absent is left alone. */
export type StoreCutoffs = {
  readonly requests?: number;
  /** Sums by the hour. */
  readonly usage?: number;
  /** Held answers, by when they were decided; one that waits is never removed. */
  readonly holds?: number;
  readonly bodies?: number;
};

/** How rows are removed beside what else is to be written. */
export type RetainOptions = {
  /** Waited for between two steps, so that others have the disk meanwhile. */
  readonly rest?: () => Promise<void>;
  /** Ends it after the step that runs. */
  readonly signal?: AbortSignal;
};

/**
 * What is kept between runs. Every promise resolves when the change is on the disk.
 * @throws PlimsollError `store-in-use`, `store-newer`, `store-unavailable`.
 */
export type Store = {
  readonly keys: {
    readonly all: () => Promise<readonly KeyRow[]>;
    /** Changes leave their `event` in the outbox, both or neither, where one is given. */
    readonly add: (
      key: KeyRow,
      budgets: readonly BudgetRow[],
      event?: OutboxEvent,
    ) => Promise<void>;
    readonly revoke: (id: string, at: number, event?: OutboxEvent) => Promise<boolean>;
    /** Adds the new key and ends the old one at `expiresAt`, both or neither. */
    readonly rotate: (
      id: string,
      expiresAt: number,
      next: KeyRow,
      event?: OutboxEvent,
    ) => Promise<boolean>;
    /** Changes a key that is neither revoked nor replaced; false when there is none. */
    readonly change: (id: string, change: KeyChange, event: OutboxEvent) => Promise<boolean>;
  };
  readonly budgets: {
    readonly all: () => Promise<readonly BudgetRow[]>;
    readonly set: (budget: BudgetRow) => Promise<void>;
    /** Sets several, all or none, and leaves their event in the outbox. */
    readonly setAll: (budgets: readonly BudgetRow[], event: OutboxEvent) => Promise<void>;
    /** False when there is none of this name. */
    readonly remove: (id: string, event: OutboxEvent) => Promise<boolean>;
  };
  readonly requests: {
    /** Keeps a request and what it cost, together; one that is kept already is not charged again. */
    readonly settle: (request: RequestRow, settlements: readonly Settlement[]) => Promise<void>;
    /** The last event of the log whose request was settled, as were all before it; -1 when there is none. */
    readonly settledTo: () => Promise<number>;
    readonly recent: (options: {
      readonly before?: number;
      readonly limit: number;
      readonly keyId?: string;
    }) => Promise<readonly RequestRow[]>;
    /** A page of them; one call looks at no more than 10,000. */
    readonly page: (ask: RequestsAsk) => Promise<RequestsPage>;
    readonly get: (id: string) => Promise<RequestRow | undefined>;
    /** Sums by hour, team, key, alias, upstream and its zone. */
    readonly usage: (since: number) => Promise<
      readonly {
        readonly hour: number;
        readonly team: string;
        readonly keyId: string;
        readonly alias: string;
        /** Null where no engine was asked. */
        readonly upstream: string | null;
        /** Null where none was asked, or it is not known. */
        readonly zone: KeyZone | null;
        readonly requests: number;
        readonly inputTokens: number;
        readonly outputTokens: number;
        readonly nanos: number;
      }[]
    >;
  };
  readonly holds: {
    /** Keeps it and leaves its event in the outbox, both or neither. */
    readonly add: (hold: HoldRow, event?: OutboxEvent) => Promise<void>;
    /** Oldest first, at most 1,000. */
    readonly list: (state?: HoldRow["state"]) => Promise<readonly ListedHold[]>;
    readonly get: (
      id: string,
    ) => Promise<{ readonly hold: HoldRow; readonly votes: readonly VoteRow[] } | undefined>;
    /**
     * Changes a hold that is still what was read (`version`), with a vote and an event, all or nothing; false when
     * somebody else was first, or the person voted on this digest already.
     */
    readonly change: (
      read: Pick<HoldRow, "id" | "version">,
      change: HoldChange,
      told: { readonly vote?: VoteRow; readonly event?: OutboxEvent },
    ) => Promise<boolean>;
    /** Those that are open past their time, oldest first, at most 1,000. */
    readonly due: (now: number) => Promise<readonly ListedHold[]>;
    /** How many are open, of them this key's own, the bytes of all, and when the first of them ends. */
    readonly open: (keyId?: string) => Promise<{
      readonly count: number;
      readonly own: number;
      readonly bytes: number;
      readonly next: number | undefined;
    }>;
  };
  readonly bodies: {
    readonly add: (body: BodyRow) => Promise<void>;
    readonly get: (requestId: string) => Promise<readonly BodyRow[]>;
  };
  readonly subjects: {
    /** The subject's id and wrapped key by the HMAC of its outside name; made when it is new. */
    readonly take: (
      mac: string,
      fresh: { readonly id: string; readonly wrapped: Uint8Array },
    ) => Promise<{ readonly id: string; readonly wrapped: Uint8Array }>;
    /** The subject of this id; undefined when there is none, or its key was destroyed. */
    readonly byId: (
      id: string,
    ) => Promise<{ readonly id: string; readonly wrapped: Uint8Array } | undefined>;
    /** Any of them: a keyring that does not open it is another store's. */
    readonly any: () => Promise<{ readonly id: string; readonly wrapped: Uint8Array } | undefined>;
  };
  readonly outbox: {
    /** Leaves an event for the server that runs, which is the only one to write its log. */
    readonly put: (event: OutboxEvent) => Promise<void>;
    /** Hands over the events that were left, in order; each is removed once `write` kept it. */
    readonly drain: (write: (event: OutboxEvent) => Promise<void>) => Promise<number>;
    readonly isLeft: () => Promise<boolean>;
    /** Takes the events that were left, and removes them. */
    readonly take: () => Promise<readonly OutboxEvent[]>;
  };
  /** Removes what is older than its time, and gives the room back; returns the number of rows. */
  readonly retain: (cutoffs: StoreCutoffs, options?: RetainOptions) => Promise<number>;
  /** How many rows `retain` would remove. */
  readonly expired: (cutoffs: StoreCutoffs) => Promise<number>;
  /** Changes whenever another process wrote: keys may be made while this one serves. */
  readonly version: () => Promise<number>;
  readonly isAvailable: () => boolean;
  /** Units of work that wait for the disk. */
  readonly waiting: () => number;
  readonly close: () => Promise<void>;
};
