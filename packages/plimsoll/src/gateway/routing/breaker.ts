import { TryWindow } from "./try-window.ts";

/** Failures in a row that open a breaker. */
const OPEN_AFTER = 5;

/** Of so many tries in the window, half failing opens it too. */
const WINDOW_MIN_TRIES = 20;

/** Milliseconds that it stays open at first, doubling each time up to the most. */
const REST_MS = 5_000;
const REST_MAX_MS = 60_000;

/**
 * Keeps requests from a server that fails, and lets one through now and then to see whether it recovered.
 *
 * Only the server's own failures count: a caller's bad request says nothing of it, and a server that asks for
 * time is left alone for that time.
 */
export class Breaker {
  #inARow = 0;
  readonly #window = new TryWindow();
  #openUntil = 0;
  #restMs = REST_MS;
  #restUntil = 0;
  #isProbing = false;

  /** True when a request may be sent now. One that is sent must be reported. */
  mayTry(now: number): boolean {
    if (now < this.#openUntil || now < this.#restUntil) return false;
    return this.#openUntil === 0 || !this.#isProbing;
  }

  /** True while nothing is let through. */
  isOpen(now: number): boolean {
    return this.waitMs(now) > 0;
  }

  /** True while nothing is let through because the server asked for time, and for no other reason. */
  isResting(now: number): boolean {
    return now < this.#restUntil && now >= this.#openUntil;
  }

  /** A request is sent. */
  begin(): void {
    if (this.#openUntil !== 0) this.#isProbing = true;
  }

  succeeded(now: number): void {
    this.#isProbing = false;
    this.#inARow = 0;
    this.#openUntil = 0;
    this.#restMs = REST_MS;
    this.#window.add(now, false);
  }

  failed(now: number): void {
    const wasProbe = this.#isProbing;
    this.#isProbing = false;
    this.#inARow += 1;
    this.#window.add(now, true);
    const { tries, failures } = this.#window.sums(now);
    const isHalf = tries >= WINDOW_MIN_TRIES && failures * 2 >= tries;
    if (!wasProbe && this.#inARow < OPEN_AFTER && !isHalf) return;
    this.#openUntil = now + this.#restMs;
    this.#restMs = Math.min(this.#restMs * 2, REST_MAX_MS);
  }

  /** The server asked for time. It works, and has too much to do: nothing counts against it. */
  rest(now: number, ms: number): void {
    this.#isProbing = false;
    this.#restUntil = Math.max(this.#restUntil, now + Math.min(ms, REST_MAX_MS));
  }

  /** Milliseconds until a request may be sent. */
  waitMs(now: number): number {
    return Math.max(0, this.#openUntil - now, this.#restUntil - now);
  }

  /** Nothing was learnt: the caller left, or asked for what no server gives. */
  toldNothing(): void {
    this.#isProbing = false;
  }
}
