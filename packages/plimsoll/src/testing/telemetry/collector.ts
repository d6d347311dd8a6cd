import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One delivery as a collector saw it. */
export type Delivered = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** A collector on 127.0.0.1 that does what a test says. */
export type TestCollector = {
  readonly url: string;
  readonly delivered: readonly Delivered[];
  /** Names of all spans that were taken. */
  readonly names: () => readonly string[];
  readonly close: () => Promise<void>;
};

/** Starts one; by default it takes everything. */
export async function openTestCollector(
  answer: (response: ServerResponse, count: number) => void = (response) => {
    response.setHeader("content-type", "application/json");
    response.end("{}");
  },
): Promise<TestCollector> {
  const delivered: Delivered[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      delivered.push({ headers: request.headers, body });
      answer(response, delivered.length);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address with one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    delivered,
    names: () => delivered.flatMap(({ body }) => spanNames(body)),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

type Body = {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[];
  }[];
};

function spanNames(body: string): readonly string[] {
  const { resourceSpans }: Body = JSON.parse(body);
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
  );
}
