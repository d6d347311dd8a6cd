import { openScripted } from "../upstream/scripted.ts";

/** A server that gives the same answer to everything. */
export type CannedServer = { readonly url: string; readonly close: () => Promise<void> };

/** Serves one body on loopback, so that official clients can be shown what an encoder wrote. */
export async function serveCanned(
  body: string,
  contentType: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Promise<CannedServer> {
  const { url, close } = await openScripted((_, response) => {
    response.writeHead(status, { ...headers, "content-type": contentType });
    response.end(body);
  });
  return { url: url.slice(0, -"/v1".length), close };
}
