import type { Usage } from "../../engine/delta.ts";
import type { AnswerEncoder, AnswerEnd } from "../dialects/contract.ts";
import { restAfter } from "../pipeline/continued.ts";
import { ownWords } from "../pipeline/reviewed.ts";
import type { Refusal } from "../refusal.ts";
import type { ReleasedDelta } from "../released.ts";
import type { HotRequest } from "./contract.ts";
import type { Outgoing } from "./outgoing.ts";

/** Milliseconds after which a stream that is held says that it lives. */
export const HEARTBEAT_MS = 15_000;

/** What a reply stands on. */
export type ReplyPorts = {
  readonly out: Outgoing;
  /** The headers that are known when the first byte leaves. */
  readonly headers: () => Record<string, string>;
  /** Told when the client reads slowly, and when to go on. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly now: () => number;
  /** True where an answer that began may wait for a person and go on. */
  readonly mayGoOn: boolean;
};

/** Pieces that are remembered of an answer that may have to go on after it waited (CWE-770). */
const SENT_MAX = 200_000;

/** One answer on its way to a client, from released pieces to bytes. */
export class Reply {
  readonly #request: HotRequest;
  readonly #ports: ReplyPorts;
  #encoder: AnswerEncoder;
  /** What left, where it may have to go on; undefined where it cannot. */
  #sent: ReleasedDelta[] | undefined;
  #hasBegun = false;
  #isOver = false;
  #pending = "";
  #isFlushing = false;
  #lastWrite = 0;
  #heart: NodeJS.Timeout | undefined;

  constructor(request: HotRequest, ports: ReplyPorts) {
    this.#request = request;
    this.#ports = ports;
    this.#encoder = encoderOf(request);
    this.#sent = ports.mayGoOn ? [] : undefined;
  }

  /** True where what a person lets out can follow what left. */
  get canGoOn(): boolean {
    return !this.#hasBegun || this.#sent !== undefined;
  }

  /** True once the status line is out. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** A piece that may leave. */
  delta(delta: ReleasedDelta): void {
    const text = this.#encoder.delta(delta);
    if (this.#sent !== undefined) this.#remember(this.#sent, delta);
    if (this.#encoder.isStream && text !== "") this.#write(text);
  }

  #remember(sent: ReleasedDelta[], delta: ReleasedDelta): void {
    if (sent.push(delta) > SENT_MAX) this.#sent = undefined;
  }

  /** Nothing more comes from an engine: no heartbeat either. */
  stop(): void {
    this.#isOver = true;
    clearInterval(this.#heart);
    this.#heart = undefined;
  }

  /** Forgets what was encoded and did not leave, and keeps a stream alive while somebody decides. */
  wait(): void {
    if (!this.#hasBegun) {
      this.#encoder = encoderOf(this.#request);
      this.#sent &&= [];
    }
    if (this.#encoder.isStream && this.#heart === undefined) this.#startHeart();
  }

  /** The end, after every piece has been told. */
  end(kind: AnswerEnd["kind"], usage: Usage): void {
    this.stop();
    const { out, headers } = this.#ports;
    const last = this.#encoder.end({ kind, usage });
    if (this.#hasBegun) {
      out.end(this.#pending + last);
      return;
    }
    const all = this.#encoder.begin() + last;
    // What is known whole leaves as one piece.
    const length = this.#encoder.isStream ? {} : { "content-length": `${Buffer.byteLength(all)}` };
    this.#hasBegun = true;
    out.head(200, { ...headers(), "content-type": this.#encoder.contentType, ...length });
    out.end(all);
  }

  /** All of an answer that a person let out, or what is left of it; false when what left is not its beginning. */
  goOn(deltas: readonly ReleasedDelta[], usage: Usage): boolean {
    const rest = restAfter(this.#sent ?? [], deltas);
    if (rest === undefined) return false;
    for (const delta of rest) this.delta(delta);
    this.end("whole", usage);
    return true;
  }

  /** A sentence of the policy's own in place of every choice. */
  sentence(text: string, usage: Usage): void {
    this.#encoder = encoderOf(this.#request);
    const choices = Array.from({ length: this.#request.turn.choices }, (_, choice) => choice);
    const deltas = choices.map(
      (choice) => ({ kind: "text", choice, text: ownWords(text) }) as const,
    );
    for (const delta of deltas) this.delta(delta);
    this.end("filtered", usage);
  }

  /** Tells why there is no answer, or breaks one off. */
  refuse(refusal: Refusal): void {
    this.stop();
    const { out, headers } = this.#ports;
    if (!out.isOpen()) return;
    if (!this.#hasBegun) {
      const { dialect, id } = this.#request;
      const answer = dialect.refusal(refusal, id);
      out.head(answer.status, { ...headers(), ...answer.headers });
      out.end(answer.body);
    } else if (this.#encoder.isStream) out.end(this.#pending + this.#encoder.fail(refusal));
    else out.destroy();
  }

  /** Gathers what is written at once, so that many small pieces are one packet. */
  #write(text: string): void {
    if (!this.#hasBegun) {
      this.#begin();
      this.#pending = this.#encoder.begin() + this.#pending;
    }
    this.#pending += text;
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const { out, now, pause, resume } = this.#ports;
    if (this.#pending === "" || !out.isOpen()) return;
    const text = this.#pending;
    this.#pending = "";
    this.#lastWrite = now();
    if (out.write(text)) return;
    pause();
    out.onDrain(resume);
  }

  #begin(): void {
    this.#hasBegun = true;
    const { out, headers } = this.#ports;
    out.head(200, { ...headers(), "content-type": this.#encoder.contentType });
    if (this.#encoder.isStream && !this.#isOver && this.#heart === undefined) this.#startHeart();
  }

  #startHeart(): void {
    const { now } = this.#ports;
    this.#lastWrite = now();
    this.#heart = setInterval(() => {
      if (now() - this.#lastWrite < HEARTBEAT_MS) return;
      this.#write(this.#encoder.heartbeat());
    }, HEARTBEAT_MS);
  }
}

function encoderOf({ id, dialect, turn, startedAt, hasUsage }: HotRequest): AnswerEncoder {
  return dialect.encoder(turn, {
    requestId: id,
    model: turn.model,
    created: Math.floor(startedAt / 1_000),
    receipt: `/v1/plimsoll/receipts/${id}`,
    hasUsage,
  });
}
