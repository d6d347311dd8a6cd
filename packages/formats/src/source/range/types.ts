import type { RangeLimits } from "./limits.ts";

/** What is asked of the fetcher. `redirect` is always `manual`: we follow, so that credentials stay where they belong. */
export type RangeRequest = {
  readonly method: "GET";
  readonly headers: Readonly<Record<string, string>>;
  readonly redirect: "manual";
  readonly signal: AbortSignal;
};

/** What is needed of its answer; a `Response` of the platform is one. */
export type RangeResponse = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
};

/**
 * Opens connections for us; the `fetch` of the platform is one.
 *
 * It must not follow redirects by itself, must not add credentials, and must stop when the signal says so.
 */
export type RangeFetch = (url: string, request: RangeRequest) => Promise<RangeResponse>;

/** What to read, and how. */
export type RangeSourceOptions = {
  /** `http:` or `https:`, without user and password. */
  readonly url: string;
  readonly fetch: RangeFetch;
  /** Names the source in messages; the address without its query when left out. */
  readonly id?: string;
  /** Sent along, `Authorization` for one. To another host goes none of them but `accept` and `user-agent`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the opening and every read. */
  readonly signal?: AbortSignal;
  readonly limits?: Partial<RangeLimits>;
};
