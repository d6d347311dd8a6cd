import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { changedSince, fingerprintOf, type Fingerprint } from "./fingerprint.ts";
import type { ServeLog } from "./log.ts";
import type { Prepared } from "./prepare.ts";

/** Characters of a reason that are kept. */
const REASON_MAX = 500;

/** Who wants the configuration read anew, and why. */
export type ReloadBy = {
  readonly actor: string;
  readonly request?: string;
  readonly reason?: string;
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

/** A configuration that was compiled, and waits to be taken. */
export type Compiled = {
  readonly policyDigest: string;
  readonly needsRestart: readonly string[];
  /** Swaps it in; cannot fail. */
  readonly take: () => void;
};

/** What reading anew stands on. */
export type ReloadPorts = {
  readonly read: () => Promise<Prepared>;
  /** Compiles; rejects, and changes nothing, where it cannot be served. */
  readonly compile: (prepared: Prepared) => Promise<Compiled>;
  /** Writes an event and waits until it is on the disk; returns its number. */
  readonly tell: (
    kind: "config.load" | "config.refused",
    body: Readonly<Record<string, string>>,
    by: ReloadBy,
  ) => Promise<number>;
  /** Told that the configuration before this one goes on: what policy does not let serve any more must not. */
  readonly refused: () => Promise<void>;
  readonly log: ServeLog;
};

const ENDING: ReloadAnswer = { kind: "refused", seq: undefined, reason: "the server is ending" };

const WATCH: ReloadBy = { actor: "plimsoll", reason: "a file changed" };

/** Reads the configuration anew when it is asked to, and when its files change. */
export class Reloading {
  readonly #ports: ReloadPorts;
  #files: readonly string[];
  #known: Fingerprint;
  #unsettled: Fingerprint | undefined;
  #isLooking = false;
  #last: Promise<unknown> = Promise.resolve();
  #isRefused = false;
  #isClosed = false;

  constructor(begun: Prepared, ports: ReloadPorts) {
    this.#ports = ports;
    this.#files = begun.files;
    this.#known = begun.found;
  }

  /** True while the configuration that was read last is not the one that serves. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Waits for what is being read, and reads no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }

  /** Reads it now, after whoever asked before. Never rejects. */
  reload(by: ReloadBy): Promise<ReloadAnswer> {
    if (this.#isClosed) return Promise.resolve(ENDING);
    const answer = this.#last.then(() => this.#reload(by));
    this.#last = answer;
    return answer;
  }

  /**
   * Looks at the files once, and reads them when they are not what they were and did not change between two looks:
   * a file that is being written is let be. One that is refused is read again only when it changes again.
   */
  async look(): Promise<void> {
    if (this.#isLooking || this.#isClosed) return;
    this.#isLooking = true;
    try {
      const now = await fingerprintOf(this.#files);
      if (changedSince(this.#known, now).length === 0) {
        this.#known = new Map([...this.#known, ...now]);
        this.#unsettled = undefined;
      } else if (this.#unsettled === undefined || changedSince(this.#unsettled, now).length > 0) {
        this.#unsettled = now;
      } else await this.reload(WATCH);
    } finally {
      this.#isLooking = false;
    }
  }

  async #reload(by: ReloadBy): Promise<ReloadAnswer> {
    const { read, compile, tell, refused, log } = this.#ports;
    // Before it is read: what changes while it is being read is seen at the next look.
    this.#known = await fingerprintOf(this.#files);
    this.#unsettled = undefined;
    try {
      const prepared = await read();
      const { policyDigest, needsRestart, take } = await compile(prepared);
      // Told first: a change that the log cannot keep is not made.
      const seq = await tell("config.load", { policy: policyDigest, ...because(by) }, by);
      take();
      this.#files = prepared.files;
      this.#isRefused = false;
      log("info", "config", {
        result: "loaded",
        policy: policyDigest,
        ...(needsRestart.length === 0 ? {} : { needsRestart: needsRestart.join(", ") }),
      });
      return { kind: "loaded", seq, policyDigest, needsRestart };
    } catch (error) {
      const reason = reasonOf(error).slice(0, REASON_MAX);
      this.#isRefused = true;
      log("error", "config", {
        result: "refused",
        reason,
        ...(PlimsollError.isInstance(error) ? { code: error.code } : {}),
      });
      const seq = await tell("config.refused", { reason, ...because(by) }, by).catch(() => {
        // The log's own fault has its own alarm; this refusal stands without it.
        return undefined;
      });
      await refused().catch((fault: unknown) => {
        log("error", "config", { reason: reasonOf(fault).slice(0, REASON_MAX) });
      });
      return { kind: "refused", seq, reason };
    }
  }
}

function because({ reason }: ReloadBy): Readonly<Record<string, string>> {
  return reason === undefined ? {} : { why: reason.slice(0, REASON_MAX) };
}
