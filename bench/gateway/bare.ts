/** The least that a proxy can do: node:http in, undici's dispatch out. What a gateway costs is told against it. */
import { createServer } from "node:http";

import { Pool } from "undici";

const [upstream = ""] = process.argv.slice(2);
const { origin, pathname } = new URL(upstream);
const pool = new Pool(origin, { connections: 64 });

const server = createServer((request, response) => {
  const path = pathname.replace(/\/v1$/u, "") + (request.url ?? "");
  const headers = { "content-type": "application/json" };
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    pool.dispatch(
      { path, method: "POST", headers, body: Buffer.concat(chunks) },
      {
        onRequestStart: () => {},
        onResponseStart: (_, status, own) => {
          response.writeHead(status, { "content-type": String(own["content-type"]) });
        },
        onResponseData: (_, chunk) => {
          response.write(chunk);
        },
        onResponseEnd: () => {
          response.end();
        },
        onResponseError: () => {
          response.destroy();
        },
      },
    );
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
