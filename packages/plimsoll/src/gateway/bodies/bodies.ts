import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import type { Json } from "../../kernel/json.ts";
import type { BodyRow, KeyRole, Store } from "../../store/contract.ts";
import type { AuditEvent } from "../../audit/contract.ts";
import type { HotPorts } from "../hot/contract.ts";
import type { Keyring } from "../review/keyring.ts";
import { requestBytes, responseBytes } from "./form.ts";
import type { KeptBody } from "./gather.ts";
import { Subjects } from "../review/subjects.ts";

/** Bytes of one side; what is longer is not kept (CWE-770). */
export const BODY_KEPT_BYTES = 2_097_152;

/** Bytes that may wait for the disk; what comes beyond them is not kept (CWE-770). */
export const BODIES_WAITING_BYTES = 16_777_216;

/** What keeping stands on. */
export type BodiesPorts = {
  readonly store: Pick<Store, "bodies" | "subjects">;
  readonly keyring: Keyring;
  readonly log: HotPorts["log"];
};

/**
 * Keeps bodies, each sealed under the key of its subject and bound to its request and side. That one cannot be kept
 * stops no answer: the log says so.
 */
export class Bodies {
  readonly #ports: BodiesPorts;
  readonly #subjects: Subjects;
  readonly #writing = new Set<Promise<void>>();
  #waiting = 0;

  constructor(ports: BodiesPorts) {
    this.#ports = ports;
    this.#subjects = new Subjects(ports.keyring, ports.store.subjects);
  }

  /** Keeps what was asked and answered, a moment later. */
  keep(body: KeptBody): void {
    const sides = [
      { side: "request", bytes: requestBytes(body) },
      { side: "response", bytes: responseBytes(body) },
    ] as const;
    const total = sides.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (this.#waiting + total > BODIES_WAITING_BYTES) {
      this.#unkept(body, "limit BODIES_WAITING_BYTES reached");
      return;
    }
    this.#waiting += total;
    const writing = this.#write(body, sides).finally(() => {
      this.#waiting -= total;
      this.#writing.delete(writing);
    });
    this.#writing.add(writing);
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing);
  }

  async #write(
    body: KeptBody,
    sides: readonly { readonly side: BodyRow["side"]; readonly bytes: Buffer }[],
  ): Promise<void> {
    const { store, keyring } = this.#ports;
    try {
      const subject = await this.#subjects.of(body.caller, body.subject);
      for (const { side, bytes } of sides) {
        if (bytes.length > BODY_KEPT_BYTES) {
          this.#unkept(body, `limit BODY_KEPT_BYTES reached: ${side}`);
          continue;
        }
        const sealed = keyring.sealFor(subject, placeOf(body.requestId, side), bytes);
        const row = { requestId: body.requestId, side, subjectId: subject.id, at: body.at, sealed };
        await store.bodies.add(row);
      }
    } catch (error) {
      this.#unkept(body, reasonOf(error));
    }
  }

  #unkept({ requestId }: KeptBody, reason: string): void {
    this.#ports.log("error", "body-not-kept", { request: requestId, reason });
  }
}

/** Who asks to read a body, and why: both stand in the audit log before anything is shown. */
export type Revealer = {
  readonly actor: string;
  readonly roles: readonly KeyRole[];
  readonly reason: string;
};

/** What asking came to. */
export type Revealed =
  | {
      readonly kind: "revealed";
      /** Milliseconds since 1970. */
      readonly at: number;
      readonly sides: Readonly<Partial<Record<BodyRow["side"], Json>>>;
    }
  /** `changed`: sealed otherwise, under another key, or of another request. `erased`: its key is gone. */
  | { readonly kind: "not-allowed" | "not-found" | "erased" | "changed" };

/**
 * Shows what was kept of a request, to a revealer and nobody else: not even an admin is one by that.
 * @throws whatever `tell` does: what cannot be written down is not shown.
 */
export async function revealBody(
  requestId: string,
  by: Revealer,
  ports: Pick<BodiesPorts, "store" | "keyring"> & {
    /** Makes the event durable. */
    readonly tell: (event: AuditEvent) => Promise<void>;
  },
): Promise<Revealed> {
  if (!by.roles.includes("revealer")) return { kind: "not-allowed" };
  if (by.reason.trim() === "") {
    throw new PlimsollError("usage", "a reason must be said", { hint: "--reason TEXT" });
  }
  const rows = await ports.store.bodies.get(requestId);
  const [first] = rows;
  if (first === undefined) return { kind: "not-found" };
  const subject = await ports.store.subjects.byId(first.subjectId);
  if (subject === undefined) return { kind: "erased" };
  await ports.tell({
    kind: "reveal",
    actor: by.actor,
    request: requestId,
    body: { reason: by.reason, sides: rows.map(({ side }) => side) },
  });
  try {
    const sides = rows.map(({ side, sealed }): [BodyRow["side"], Json] => {
      const opened = ports.keyring.openFor(subject, placeOf(requestId, side), sealed);
      return [side, JSON.parse(opened.toString("utf8"))];
    });
    return { kind: "revealed", at: first.at, sides: Object.fromEntries(sides) };
  } catch {
    // One bit of it, or of where it belongs, is not as it was sealed: nothing of it is shown.
    return { kind: "changed" };
  }
}

/** Binds what is sealed to its place: it does not open as another request's, or as the other side. */
function placeOf(requestId: string, side: BodyRow["side"]): string {
  return `body:${side}:${requestId}`;
}
