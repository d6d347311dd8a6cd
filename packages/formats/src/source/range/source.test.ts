import { afterEach, describe, expect, test } from "vitest";

import { FormatError } from "../../core/format-error.ts";
import { startRangeServer, type Lie, type RangeServer } from "../../kit/range-server.ts";
import type { RangeLimits } from "./limits.ts";
import { rangeSource } from "./source.ts";
import type { RangeSourceOptions } from "./types.ts";

const FILE = Uint8Array.from({ length: 1_000 }, (_, at) => (at * 7) % 251);
const SMALL: Partial<RangeLimits> = { block: 64, readAhead: 256, cache: 640, whole: 128 };

const servers: RangeServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(file: Uint8Array = FILE, lie?: Lie): Promise<RangeServer> {
  const server = await startRangeServer(file, lie);
  servers.push(server);
  return server;
}

function open(
  server: Pick<RangeServer, "url">,
  options: Partial<RangeSourceOptions> = {},
): ReturnType<typeof rangeSource> {
  return rangeSource({ url: server.url, fetch, limits: SMALL, ...options });
}

/** Opens and reads the whole file; the bytes, or the code and message of the error. */
async function outcome(
  lie: Lie | undefined,
  options: Partial<RangeSourceOptions> = {},
): Promise<Uint8Array | { code: string; message: string }> {
  const server = await serve(FILE, lie);
  try {
    const source = await open(server, options);
    return await source.read(0, source.size);
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return { code: error.code, message: error.message };
  }
}

const header =
  (name: string, value: string | undefined, from = 0): Lie =>
  ({ index }, honest) =>
    index < from ? undefined : { headers: { ...honest.headers, [name]: value } };

const dated =
  (later: string): Lie =>
  ({ index }, honest) => ({
    headers: {
      ...honest.headers,
      etag: undefined,
      "last-modified": index === 0 ? "Mon" : later,
    },
  });

const whole =
  (length: number, isTold: boolean): Lie =>
  () => ({
    status: 200,
    body: FILE.subarray(0, length),
    headers: isTold ? { "content-length": String(length) } : {},
  });

const never = (): Promise<never> => new Promise(() => {});

const failing = (): Promise<never> =>
  Promise.reject(Object.assign(new Error("hush"), { code: "ECONNRESET" }));

const to =
  (location: string): RangeSourceOptions["fetch"] =>
  (url) => {
    const isStart = url === "https://hub.example/m";
    const answer = new Map([
      ["location", location],
      ["content-range", "bytes 0-0/1"],
    ]);
    return Promise.resolve({
      status: isStart ? 302 : 206,
      headers: { get: (name) => answer.get(name) ?? null },
      body: new Blob(["x"]).stream(),
    });
  };

const parts = (server: RangeServer): [number, number][] =>
  server.seen.map(({ start, end }) => [start, end]);

describe("a server that", () => {
  test.each<[string, Lie]>([
    ["ignores ranges", () => ({ status: 200, body: FILE, headers: { etag: '"one"' } })],
    [
      "ignores them, and says how much it sends",
      () => ({ status: 200, body: FILE, headers: { "content-length": "1000" } }),
    ],
    [
      "ignores them later on",
      ({ index }) =>
        index === 0 ? undefined : { status: 200, body: FILE, headers: { etag: '"one"' } },
    ],
    ["sends less than it says", () => ({ cutAfter: 10 })],
    [
      "sends less, and ends well",
      (_, honest) => ({
        body: honest.body.subarray(1),
        headers: { ...honest.headers, "content-length": undefined, "transfer-encoding": "chunked" },
      }),
    ],
    [
      "sends more than it says",
      (_, honest) => ({
        body: Buffer.concat([honest.body, honest.body]),
        headers: { ...honest.headers, "content-length": undefined, "transfer-encoding": "chunked" },
      }),
    ],
    [
      "begins later",
      (_, honest) => ({
        body: honest.body.subarray(1),
        headers: { ...honest.headers, "content-length": "63", "content-range": "bytes 1-63/1000" },
      }),
    ],
    ["sends another part", header("content-range", "bytes 1-64/1000")],
    ["sends a shorter part", header("content-range", "bytes 0-62/1000")],
    ["does not say which part", header("content-range", undefined)],
    ["does not say the size", header("content-range", "bytes 0-63/*")],
    ["says a part beyond the size", header("content-range", "bytes 0-63/63")],
    ["speaks of other units", header("content-range", "lines 0-63/1000")],
    ["compresses", header("content-encoding", "br")],
    ["sends a page", header("content-type", "text/html; charset=utf-8")],
    ["sends several parts", header("content-type", "multipart/byteranges; boundary=x")],
    ["has no such bytes", () => ({ status: 416, headers: {} })],
    ["answers 404", () => ({ status: 404 })],
    ["answers 500", () => ({ status: 500 })],
    ["answers 204", () => ({ status: 204, body: new Uint8Array(0) })],
    ["sends to nowhere", () => ({ status: 302, headers: {} })],
    [
      "sends to another kind of address",
      () => ({ status: 302, headers: { location: "file:///etc/passwd" } }),
    ],
    ["sends in a circle", () => ({ status: 302, headers: { location: "/again" } })],
  ])("%s is refused", async (_, lie) => {
    expect(await outcome(lie)).toMatchObject({ code: "io" });
  });

  test.each<[string, Lie]>([
    ["is honest", () => undefined],
    [
      "does not say the length",
      (_, { headers }) => ({
        headers: { ...headers, "content-length": undefined, "transfer-encoding": "chunked" },
      }),
    ],
    ["says that it does not compress", header("content-encoding", "identity")],
    ["sends text", header("content-type", "text/plain")],
    ["has no tag", header("etag", undefined)],
    ["has a weak tag", header("etag", 'W/"one"')],
    [
      "sends elsewhere",
      ({ path }) =>
        path === "/there" ? undefined : { status: 302, headers: { location: "/there" } },
    ],
    [
      "sends elsewhere five times",
      ({ path }) =>
        path === "/model.gguf11111"
          ? undefined
          : { status: 307, headers: { location: `${path}1` } },
    ],
  ])("%s is read", async (_, lie) => {
    expect(await outcome(lie)).toEqual(FILE);
  });

  test.each<[string, Lie]>([
    ["another tag", header("etag", '"two"', 1)],
    ["no tag any more", header("etag", undefined, 1)],
    [
      "another size",
      ({ index, start, end }, honest) =>
        index === 0
          ? undefined
          : {
              headers: {
                ...honest.headers,
                "content-range": `bytes ${start}-${Math.min(end, 1_000) - 1}/1001`,
              },
            },
    ],
    [
      "all of another file, as If-Range asks for",
      ({ headers }) =>
        headers["if-range"] === '"one"'
          ? { status: 200, body: FILE, headers: { etag: '"two"' } }
          : undefined,
    ],
    [
      "no such bytes, of a smaller file",
      ({ index }) =>
        index === 0 ? undefined : { status: 416, headers: { "content-range": "bytes */64" } },
    ],
  ])("has %s has changed the file", async (_, lie) => {
    expect(await outcome(lie)).toMatchObject({ code: "changed" });
  });

  test("tells a date alone must keep to it", async () => {
    expect(await outcome(dated("Mon"))).toEqual(FILE);
    expect(await outcome(dated("Tue"))).toMatchObject({ code: "changed" });
  });

  test("sends a small file whole is taken at its word", async () => {
    for (const isTold of [true, false]) {
      const source = await open(await serve(FILE, whole(128, isTold)));
      expect(source.size).toBe(128);
      expect(await source.read(100, 100)).toEqual(FILE.subarray(100, 128));
      expect(await outcome(whole(129, isTold))).toMatchObject({ code: "io" });
    }
  });

  test("has nothing at all in its file is read", async () => {
    const source = await open(await serve(new Uint8Array(0)));
    expect([source.size, await source.read(0, 10)]).toEqual([0, new Uint8Array(0)]);
  });
});

describe("a server that stalls", () => {
  const limits = { ...SMALL, stallMs: 40 };

  test("in a body is given up", async () => {
    expect(await outcome(() => ({ stallAfter: 3 }), { limits })).toMatchObject({ code: "io" });
  });

  test("before its answer is given up, even by a fetcher that minds no signal", async () => {
    expect(await outcome(undefined, { limits, fetch: never })).toMatchObject({ code: "io" });
  });

  test("is left when the caller says so", async () => {
    const controller = new AbortController();
    const server = await serve(FILE, ({ index }) => (index === 0 ? undefined : { stallAfter: 3 }));
    const source = await open(server);
    const reading = source.read(0, 200, controller.signal);
    controller.abort(new Error("enough"));
    await expect(reading).rejects.toThrow("enough");
    await expect(source.read(0, 200, AbortSignal.abort(new Error("before")))).rejects.toThrow(
      "before",
    );
  });

  test("that is only slow is read", async () => {
    expect(await outcome(undefined, { limits: { ...SMALL, stallMs: 5_000 } })).toEqual(FILE);
  });
});

describe("credentials", () => {
  const headers = { authorization: "Bearer hush", "x-token": "hush", accept: "*/*" };

  /** Sends to another server once; what that one saw. */
  async function sentOn(toSelf: boolean): Promise<RangeServer["seen"]> {
    const store = await serve();
    const hub = await serve(FILE, ({ path }) => {
      if (toSelf)
        return path === "/there" ? undefined : { status: 302, headers: { location: "/there" } };
      return { status: 302, headers: { location: `${store.url}?signature=hush` } };
    });
    const source = await open(hub, { headers });
    await source.read(0, source.size);
    return toSelf ? hub.seen.slice(1) : store.seen;
  }

  test("stay where they belong", async () => {
    for (const seen of await sentOn(false)) {
      expect(seen.headers).toMatchObject({ accept: "*/*" });
      expect(JSON.stringify(seen.headers)).not.toContain("hush");
    }
    const [first] = await sentOn(true);
    expect(first?.headers).toMatchObject({ authorization: "Bearer hush", "x-token": "hush" });
  });

  test("do not come back on the way", async () => {
    const seen: (string | undefined)[] = [];
    const store = await serve(FILE, () => ({
      status: 302,
      headers: { location: `${hub.url}-back` },
    }));
    const hub: RangeServer = await serve(FILE, ({ path, headers: got }) => {
      seen.push(got.authorization);
      return path.endsWith("-back") ? undefined : { status: 302, headers: { location: store.url } };
    });
    await open(hub, { headers });
    expect(seen).toEqual(["Bearer hush", undefined]);
  });

  test("are in no message", async () => {
    const lies: Lie[] = [
      () => ({ status: 403 }),
      () => ({ status: 302, headers: { location: "ftp://x/?hush" } }),
      () => ({ status: 302, headers: { location: "http://u:hush@127.0.0.1/" } }),
      () => ({ cutAfter: 3 }),
      header("content-range", "hush"),
      header("content-encoding", "hush"),
    ];
    for (const lie of lies) {
      const server = await serve(FILE, lie);
      const opening = open({ url: `${server.url}?token=hush` }, { headers });
      const error: unknown = await opening.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "io" });
      expect(String(error)).not.toContain("hush");
    }
    expect(await outcome(undefined, { fetch: failing })).toEqual({
      code: "io",
      message: expect.stringMatching(/no connection \(ECONNRESET\)$/u),
    });
  });

  test("are not taken from an address", async () => {
    for (const url of ["http://u:p@127.0.0.1/", "file:///etc/passwd", "model.gguf"]) {
      const error: unknown = await open({ url }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "io" });
    }
  });
});

/** Size of what is behind a redirect from https, or the code of the refusal. */
function readVia(location: string): Promise<unknown> {
  return open({ url: "https://hub.example/m" }, { fetch: to(location) }).then(
    ({ size }) => size,
    (error: unknown) => (FormatError.isInstance(error) ? error.code : error),
  );
}

test("a redirect from https to http is refused, to https it is not", async () => {
  expect(await readVia("https://store.example/m")).toBe(1);
  expect(await readVia("http://store.example/m")).toBe("io");
});

test("an address that a redirect gave and that no longer holds is asked for again", async () => {
  let gone = 0;
  const server = await serve(FILE, ({ path }) => {
    if (path === "/model.gguf") return { status: 302, headers: { location: `/signed${gone}` } };
    return path === `/signed${gone}` ? undefined : { status: 403 };
  });
  const source = await open(server);
  gone = 1;
  expect(await source.read(0, 1_000)).toEqual(FILE);
  expect(server.seen.map(({ path }) => path).slice(0, 5)).toEqual([
    "/model.gguf",
    "/signed0",
    "/signed0",
    "/model.gguf",
    "/signed1",
  ]);
});

describe("what is fetched", () => {
  test("grows while reading goes on in order", async () => {
    const server = await serve();
    const source = await open(server);
    for (let at = 0; at < 1_000; at += 10) await source.read(at, 10);
    expect(parts(server)).toEqual([
      [0, 64],
      [64, 320],
      [320, 576],
      [576, 832],
      [832, 1_000],
    ]);
  });

  test("is little when it jumps, and nothing when it is there", async () => {
    const server = await serve();
    const source = await open(server);
    for (const at of [900, 500, 510, 0, 899]) {
      expect(await source.read(at, 8)).toEqual(FILE.subarray(at, at + 8));
    }
    expect(parts(server)).toEqual([
      [0, 64],
      [896, 960],
      [448, 512],
      [512, 768],
    ]);
  });

  test("is not fetched twice for two at once", async () => {
    const server = await serve();
    const source = await open(server);
    const both = await Promise.all([source.read(500, 8), source.read(504, 8)]);
    expect(both).toEqual([FILE.subarray(500, 508), FILE.subarray(504, 512)]);
    expect(server.seen.length).toBe(2);
  });

  test("is fetched again when it was given up", async () => {
    const server = await serve();
    const source = await open(server);
    // Ten blocks are kept; the first was used last, so that the second goes.
    await source.read(64, 576);
    await source.read(0, 1);
    const before = server.seen.length;
    await source.read(832, 1);
    await source.read(0, 1);
    expect(server.seen.length).toBe(before + 1);
    await source.read(64, 1);
    expect(server.seen.length).toBe(before + 2);
  });

  test("is asked for in pieces", async () => {
    const server = await serve();
    const source = await open(server, { limits: { ...SMALL, request: 128 } });
    expect(await source.read(0, 1_000)).toEqual(FILE);
    expect(Math.max(...parts(server).map(([start, end]) => end - start))).toBe(128);
  });

  test("a failure does not stay", async () => {
    const server = await serve(FILE, ({ index }) => (index === 1 ? { status: 500 } : undefined));
    const source = await open(server);
    await expect(source.read(500, 8)).rejects.toMatchObject({ code: "io", offset: 448 });
    expect(await source.read(500, 8)).toEqual(FILE.subarray(500, 508));
  });
});
