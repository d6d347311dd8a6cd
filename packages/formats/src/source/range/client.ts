import { FormatError } from "../../core/format-error.ts";
import {
  checkEncoding,
  judgeAnswer,
  sizeOfUnsatisfied,
  stateOf,
  strongTag,
  type Asked,
  type FileState,
} from "./answer.ts";
import { readBody, readWhole } from "./body.ts";
import { firstTarget, isRedirect, nextTarget, type Target } from "./follow.ts";
import type { RangeLimits } from "./limits.ts";
import { codeOf, refused } from "./refused.ts";
import type { RangeResponse, RangeSourceOptions } from "./types.ts";
import { Watch } from "./watch.ts";

/** What the first request gave: the beginning of the file, or all of it. */
export type Opening = {
  readonly state: FileState;
  readonly bytes: Uint8Array;
};

/** Asks for parts of one file, and makes sure that all of them are of the same state of it. */
export class RangeClient {
  readonly #options: RangeSourceOptions;
  readonly #id: string;
  readonly #limits: RangeLimits;
  readonly #first: Target;
  /** Where redirects have led: asked there from then on, as long as it answers. */
  #target: Target;
  #state: FileState | undefined;

  /** @throws FormatError `io` for an address that we do not go to. */
  constructor(options: RangeSourceOptions, id: string, limits: RangeLimits) {
    this.#options = options;
    this.#id = id;
    this.#limits = limits;
    this.#first = firstTarget(options.url, options.headers ?? {}, id);
    this.#target = this.#first;
  }

  /** Asks for the beginning, which tells size and state. @throws FormatError `io`. */
  open(): Promise<Opening> {
    const asked = { start: 0, end: this.#limits.block };
    return this.#ask(asked, undefined, async (response, watch) => {
      const opening = await this.#judgeFirst(response, asked, watch);
      this.#state = opening.state;
      return opening;
    });
  }

  /** @throws FormatError `io`, `changed`, and the signal's reason. */
  read(start: number, end: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const asked = { start, end };
    return this.#ask(asked, signal, async (response, watch) => {
      if (response.status !== 206) throw this.#refusalOf(response, start);
      const { length } = judgeAnswer(response, asked, this.#state, this.#id);
      return readBody(response, { length, id: this.#id, offset: start }, watch);
    });
  }

  async #judgeFirst(response: RangeResponse, asked: Asked, watch: Watch): Promise<Opening> {
    const id = this.#id;
    if (response.status === 206) {
      const { state, length } = judgeAnswer(response, asked, undefined, id);
      return { state, bytes: await readBody(response, { length, id, offset: 0 }, watch) };
    }
    const isEmpty = sizeOfUnsatisfied(response.headers.get("content-range")) === 0;
    if (response.status === 416 && isEmpty) {
      return { state: stateOf(response, 0), bytes: new Uint8Array(0) };
    }
    if (response.status !== 200) throw this.#refusalOf(response, 0);
    checkEncoding(response, id, 0);
    const bytes = await readWhole(response, { length: this.#limits.whole, id, offset: 0 }, watch);
    return { state: stateOf(response, bytes.length), bytes };
  }

  /** What an answer that is no part means. */
  #refusalOf({ status, headers }: RangeResponse, offset: number): FormatError {
    const before = this.#state;
    if (before !== undefined && status === 200) {
      // `If-Range` makes a server send all of a file that is another one by now (RFC 9110, section 13.1.5).
      const etag = headers.get("etag") ?? undefined;
      if (etag !== before.etag) return this.#changed(offset);
    }
    const size = sizeOfUnsatisfied(headers.get("content-range"));
    if (before !== undefined && status === 416 && size !== undefined && size !== before.size) {
      return this.#changed(offset);
    }
    return refused(this.#id, WORDS.get(status) ?? `the server answers ${status}`, offset);
  }

  #changed(offset: number): FormatError {
    return new FormatError("changed", `${this.#id} changed while it was read`, { offset });
  }

  async #ask<T>(
    asked: Asked,
    signal: AbortSignal | undefined,
    use: (response: RangeResponse, watch: Watch) => Promise<T>,
  ): Promise<T> {
    const watch = new Watch(this.#id, this.#limits.stallMs, [this.#options.signal, signal]);
    try {
      let response = await this.#follow(this.#target, asked, watch);
      if (GONE.has(response.status) && this.#target !== this.#first) {
        // The address of a store holds for a while; the hub gives a new one.
        response = await this.#follow(this.#first, asked, watch);
      }
      return await use(response, watch);
    } finally {
      watch.end();
    }
  }

  /** Sends a request, and again where redirects lead. */
  async #follow(from: Target, asked: Asked, watch: Watch): Promise<RangeResponse> {
    let target = from;
    for (let steps = 0; ; steps += 1) {
      const response = await this.#send(target, asked, watch);
      watch.beat();
      if (!isRedirect(response.status)) {
        this.#target = target;
        return response;
      }
      target = this.#redirect(target, response, steps);
    }
  }

  #redirect(target: Target, response: RangeResponse, steps: number): Target {
    const { redirects } = this.#limits;
    if (steps >= redirects) throw refused(this.#id, `more than ${redirects} redirects`);
    return nextTarget(target, response.headers.get("location"), this.#id);
  }

  async #send(target: Target, asked: Asked, watch: Watch): Promise<RangeResponse> {
    const tag = this.#state === undefined ? undefined : strongTag(this.#state);
    const headers = {
      ...target.headers,
      "accept-encoding": "identity",
      range: `bytes=${asked.start}-${asked.end - 1}`,
      ...(tag === undefined ? {} : { "if-range": tag }),
    };
    const { signal } = watch;
    const { fetch } = this.#options;
    try {
      const request = { method: "GET", headers, redirect: "manual", signal } as const;
      return await watch.during(() => fetch(target.url.href, request));
    } catch (error) {
      if (signal.aborted) throw error;
      throw refused(this.#id, `no connection${codeOf(error)}`, asked.start);
    }
  }
}

/** Codes with which a store answers when an address no longer holds. */
const GONE: ReadonlySet<number> = new Set([401, 403, 404, 410]);

const WORDS: ReadonlyMap<number, string> = new Map([
  [200, "the server ignores ranges and would send all of it"],
  [401, "the server wants to know who asks (401)"],
  [403, "access is refused (403)"],
  [404, "there is nothing at its address (404)"],
  [416, "the server has no such bytes (416)"],
  [429, "the server is asked too often (429): try again later"],
]);
