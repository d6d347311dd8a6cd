import type { IncomingHttpHeaders } from "node:http";

import type { Dispatcher } from "undici";

import type { EngineFailure } from "../contract.ts";
import { ERROR_BODY_MAX, failureOfError, failureOfStatus } from "./failure.ts";

/** Who takes an answer over HTTP. Exactly one of `end` and `fail` comes, once. */
export type ExchangeSink = {
  /** A 200 came; the content's type in lower case. Returns false to refuse it. */
  readonly open: (type: string) => boolean;
  /** True when it holds a piece of the answer: time limits then begin anew. */
  readonly data: (chunk: Buffer) => boolean;
  readonly end: () => void;
  readonly fail: (failure: EngineFailure) => void;
};

/** Milliseconds that an exchange may take to the first byte, and between two. */
export type ExchangeTimes = { readonly firstMs: number; readonly stallMs: number };

/** Milliseconds that a server has to end an answer behind its last word; then its connection is closed. */
const END_MS = 1_000;

const ABORTED: EngineFailure = { code: "aborted", message: "it was ended here" };

/** One request and its answer, on undici's own callbacks: no streams, no promises on the way of a token. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #sink: ExchangeSink;
  readonly #times: ExchangeTimes;
  readonly #now: () => number;
  #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #error: Buffer[] = [];
  #errorBytes = 0;
  #isOver = false;
  #isPaused = false;
  #hasData = false;
  #lastAt: number;

  constructor(sink: ExchangeSink, times: ExchangeTimes, now: () => number) {
    this.#sink = sink;
    this.#times = times;
    this.#now = now;
    this.#lastAt = now();
    const step = Math.max(1, Math.min(times.firstMs, times.stallMs) / 4);
    // One timer that looks now and then costs less than one that is set anew with each piece.
    this.#timer = setInterval(() => {
      this.#look();
    }, step);
  }

  abort(): void {
    this.#fail(ABORTED);
  }

  pause(): void {
    this.#isPaused = true;
    this.#controller?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#lastAt = this.#now();
    this.#controller?.resume();
  }

  /** Ends it with a failure found by the reader of its data. */
  refuse(failure: EngineFailure): void {
    this.#fail(failure);
  }

  /** All of the answer came, and the reader told so: what follows is not waited for. */
  finish(): void {
    this.#close();
    // The connection can be used again where the server ends in time.
    this.#timer = setTimeout(() => {
      this.#controller?.abort(new RangeError("it went on after its end"));
    }, END_MS);
    this.#timer.unref();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new RangeError("it was ended here"));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (this.#isOver || status < 200) return;
    this.#controller = controller;
    this.#status = status;
    this.#headers = headers;
    if (status !== 200) return;
    const type = (headers["content-type"] ?? "").toLowerCase();
    if (headers["content-encoding"] !== undefined || !this.#sink.open(type)) {
      this.#fail({ code: "malformed", message: "the server answered in another form" });
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    if (this.#status === 200) {
      if (!this.#sink.data(chunk)) return;
      this.#hasData = true;
      this.#lastAt = this.#now();
      return;
    }
    if (this.#errorBytes >= ERROR_BODY_MAX) return;
    this.#error.push(chunk);
    this.#errorBytes += chunk.length;
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    if (this.#status !== 200) {
      const body = Buffer.concat(this.#error).toString("utf8", 0, ERROR_BODY_MAX);
      this.#fail(failureOfStatus(this.#status, this.#headers, body));
      return;
    }
    this.#close();
    this.#sink.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer);
    this.#fail(failureOfError(error, this.#status === 200));
  }

  #look(): void {
    if (this.#isPaused || this.#isOver) return;
    const limit = this.#hasData ? this.#times.stallMs : this.#times.firstMs;
    if (this.#now() - this.#lastAt <= limit) return;
    this.#fail({ code: "timeout", message: `nothing came for ${limit} ms` });
  }

  #close(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  #fail(failure: EngineFailure): void {
    if (this.#isOver) return;
    this.#close();
    this.#controller?.abort(new RangeError(failure.message));
    this.#sink.fail(failure);
  }
}
