import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that gives the same answer to everything. */
export type CannedServer = { readonly url: string; readonly close: () => Promise<void> };

/** Serves one body on loopback, so that official clients can be shown what an encoder wrote. */
export async function serveCanned(
  body: string,
  contentType: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Promise<CannedServer> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { ...headers, "content-type": contentType });
    response.end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (!isPort(address)) throw new RangeError("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function isPort(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
