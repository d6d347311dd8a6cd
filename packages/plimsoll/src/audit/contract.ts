import type { JsonObject } from "../kernel/json.ts";

/** What kinds of events there are. Closed: a new kind is a change of interface. */
export const AUDIT_KINDS = [
  "log.open",
  "log.recovered",
  "request",
  "guard",
  "burst",
  "admission",
  "config.load",
  "config.refused",
  "key.create",
  "key.rotate",
  "key.revoke",
  "key.limit",
  "key.change",
  "budget.set",
  "budget.remove",
  "review.hold",
  "review.claim",
  "review.vote",
  "review.release",
  "review.edit",
  "review.refuse",
  "review.expire",
  "review.send",
  "reveal",
  "waiver",
] as const;

export type AuditKind = (typeof AUDIT_KINDS)[number];

/** An event before it has its place in the log. It holds no prompt, no answer and no address. */
export type AuditEvent = {
  readonly kind: AuditKind;
  /** Who did it: `key:<id>`, `admin:<key id>`, `local`, or `plimsoll`. */
  readonly actor: string;
  /** The request it belongs to. */
  readonly request?: string;
  /** Pseudonym of the person it is about. */
  readonly subject?: string;
  /** Facts; numbers are safe integers (RFC 8785 then is sorted keys). */
  readonly body: JsonObject;
};

/** Where an event came to lie. */
export type AuditPlace = { readonly log: string; readonly seq: number };

/** An append-only log whose every line can be proven (RFC 6962). One process writes it. */
export type AuditLog = {
  /** Gives the event its place now; the promise resolves when it is on the disk, and rejects when it will not be. */
  readonly append: (event: AuditEvent) => {
    readonly place: AuditPlace;
    readonly durable: Promise<void>;
  };
  /** False when nothing more can be kept: the disk is full or failed, or too much waits. New requests are refused then. */
  readonly isAvailable: () => boolean;
  readonly state: () => {
    readonly events: number;
    readonly waiting: number;
    readonly oldestWaitingMs: number;
    readonly checkpointSize: number;
    /** When the last checkpoint was signed, or the log opened: milliseconds since 1970. */
    readonly checkpointAt: number;
    readonly fault: string | undefined;
  };
  /** Writes what waits, signs a last checkpoint and closes. */
  readonly close: () => Promise<void>;
};
