import { PlimsollError, reasonOf } from "../kernel/error.ts";
import { signCheckpoint } from "./checkpoint.ts";
import type { AuditEvent, AuditLog } from "./contract.ts";
import { EVENT_MAX_BYTES, lineOf } from "./event.ts";
import { replaceSoon, SEGMENT_EVENTS } from "./files.ts";
import { openForWriting, type OpenedLog } from "./open.ts";
import { SegmentFile } from "./segment-file.ts";
import { leafHash, type Frontier } from "./tree.ts";

/** Events that may wait for the disk, and how long the oldest may; beyond it nothing new is taken (CWE-770). */
const QUEUE_EVENTS = 20_000;
const QUEUE_AGE_MS = 2_000;

/** Events and milliseconds after which a checkpoint is signed. */
const CHECKPOINT_EVENTS = 256;
const CHECKPOINT_MS = 1_000;

/** What a log needs besides a folder. */
export type LogOptions = {
  readonly folder: string;
  /** Name of the log, such as `plimsoll/<install>`; it stands in every line and checkpoint. */
  readonly origin: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

type Waiting = {
  readonly line: string;
  readonly leaf: Buffer;
  readonly at: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Opens a log in a folder; it goes on where it stopped, and says so in its first line.
 * @throws PlimsollError `audit-altered`.
 */
export function openAuditLog(options: LogOptions): AuditLog {
  const opened = openForWriting(options.folder, options.origin);
  const log = new FileAuditLog(opened, options.now);
  void log.append({ kind: "log.open", actor: "plimsoll", body: {} }).durable.catch(() => {});
  if (opened.recovered > 0) {
    const body = { bytes: opened.recovered };
    void log.append({ kind: "log.recovered", actor: "plimsoll", body }).durable.catch(() => {});
  }
  return log;
}

class FileAuditLog implements AuditLog {
  readonly #opened: OpenedLog;
  readonly #now: () => number;
  /** The tree of what is on the disk. */
  readonly #frontier: Frontier;
  /** Place of the next event. */
  #next: number;
  #segment: SegmentFile | undefined;
  #waiting: Waiting[] = [];
  /** Every write and every checkpoint, one after another. */
  #flushing: Promise<void> | undefined;
  #isFlushPlanned = false;
  #sealed: number;
  #sealedAt: number;
  #fault: string | undefined;
  readonly #beat: NodeJS.Timeout;

  constructor(opened: OpenedLog, now: () => number) {
    this.#opened = opened;
    this.#now = now;
    this.#frontier = opened.frontier;
    this.#next = opened.frontier.size;
    this.#sealed = opened.sealed;
    this.#sealedAt = now();
    this.#beat = setInterval(() => {
      if (this.#flushing !== undefined) return;
      const sealing = this.#seal(false).finally(() => {
        // What was planned meanwhile waits for this one, and stands in its place.
        if (this.#flushing === sealing) this.#flushing = undefined;
      });
      this.#flushing = sealing;
    }, CHECKPOINT_MS);
    this.#beat.unref();
  }

  append(event: AuditEvent): ReturnType<AuditLog["append"]> {
    const log = this.#opened.signer.name;
    const seq = this.#next;
    if (!this.isAvailable())
      return { place: { log, seq }, durable: Promise.reject(this.#refusal()) };
    const at = this.#now();
    const line = lineOf(event, log, seq, at);
    if (Buffer.byteLength(line) > EVENT_MAX_BYTES) {
      throw new RangeError(`an event of kind ${event.kind} is longer than EVENT_MAX_BYTES`);
    }
    const leaf = leafHash(line);
    this.#next += 1;
    const durable = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ line, leaf, at, resolve, reject });
    });
    // All that comes in one turn of the loop is one write and one sync.
    this.#soon();
    return { place: { log, seq }, durable };
  }

  /** Starts writing, or has what is being written go on with what came since. */
  #soon(): void {
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    const before = this.#flushing ?? Promise.resolve();
    this.#flushing = this.#flushAfter(before);
  }

  async #flushAfter(before: Promise<void>): Promise<void> {
    await before;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#isFlushPlanned = false;
    await this.#flush();
  }

  isAvailable(): boolean {
    if (this.#fault !== undefined || this.#waiting.length >= QUEUE_EVENTS) return false;
    const [oldest] = this.#waiting;
    return oldest === undefined || this.#now() - oldest.at <= QUEUE_AGE_MS;
  }

  state(): ReturnType<AuditLog["state"]> {
    const [oldest] = this.#waiting;
    return {
      events: this.#frontier.size,
      waiting: this.#waiting.length,
      oldestWaitingMs: oldest === undefined ? 0 : this.#now() - oldest.at,
      checkpointSize: this.#sealed,
      checkpointAt: this.#sealedAt,
      fault: this.#fault,
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    while (this.#flushing !== undefined) await this.#flushing;
    await this.#seal(true);
    this.#fault ??= "it was closed";
    this.#closeSegment();
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0 && this.#fault === undefined) {
      const batch = this.#batch();
      try {
        await this.#write(batch);
      } catch (first) {
        // A failed sync is never tried again on the same file: the system may have dropped the pages.
        try {
          this.#abandonSegment();
          await this.#write(batch);
        } catch (second) {
          this.#fail(`${reasonOf(first)}; again: ${reasonOf(second)}`);
          break;
        }
      }
      this.#waiting.splice(0, batch.length);
      for (const { leaf, resolve } of batch) {
        this.#frontier.append(leaf);
        resolve();
      }
      await this.#seal(false);
    }
    if (!this.#isFlushPlanned) this.#flushing = undefined;
  }

  /** What goes into the present segment. */
  #batch(): readonly Waiting[] {
    const first = this.#segment?.first ?? this.#opened.last?.first ?? 0;
    const room = SEGMENT_EVENTS - (this.#frontier.size - first);
    if (room > 0) return this.#waiting.slice(0, room);
    this.#closeSegment();
    this.#openSegment(this.#frontier.size);
    return this.#waiting.slice(0, SEGMENT_EVENTS);
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const segment =
      this.#segment ?? this.#openSegment(this.#opened.last?.first ?? this.#frontier.size);
    const lines = Buffer.from(batch.map(({ line }) => `${line}\n`).join(""));
    const leaves = batch.map(({ leaf }) => leaf);
    await segment.write(lines, leaves);
  }

  #openSegment(first: number): SegmentFile {
    this.#segment = SegmentFile.open(this.#opened.files.segments, first, this.#frontier.size);
    return this.#segment;
  }

  #closeSegment(): void {
    const segment = this.#segment;
    this.#segment = undefined;
    segment?.close();
  }

  /** Cuts what was not acknowledged off a segment that failed, and goes on in a new one. */
  #abandonSegment(): void {
    this.#segment?.cut();
    this.#closeSegment();
    this.#openSegment(this.#frontier.size);
  }

  async #seal(isLast: boolean): Promise<void> {
    const { files, signer } = this.#opened;
    const { size } = this.#frontier;
    const isDue =
      size - this.#sealed >= CHECKPOINT_EVENTS || this.#now() - this.#sealedAt >= CHECKPOINT_MS;
    if (size === this.#sealed || !(isDue || isLast)) return;
    try {
      await this.#segment?.writeHashes();
      const root = this.#frontier.root();
      const hashes = this.#frontier.hashes.map((hash) => hash.toString("hex"));
      const note = signCheckpoint({ origin: signer.name, size, root }, signer);
      await replaceSoon(files.checkpoint, note, 0o644);
      await replaceSoon(files.frontier, JSON.stringify({ size, hashes }), 0o600);
      this.#sealed = size;
      this.#sealedAt = this.#now();
    } catch (error) {
      this.#fail(reasonOf(error));
    }
  }

  #fail(reason: string): void {
    this.#fault = reason;
    const refused = this.#waiting;
    this.#waiting = [];
    for (const one of refused) one.reject(this.#refusal());
  }

  #refusal(): PlimsollError {
    const reason = this.#fault ?? "too much waits for the disk";
    return new PlimsollError("audit-unavailable", `the audit log cannot be written: ${reason}`, {
      hint: "Look at the disk that PLIMSOLL_HOME is on: is it full, or failing?",
    });
  }
}
