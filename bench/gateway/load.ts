import { Agent, request as send } from "node:http";

/** Connections that ask at the same time. */
export const AT_ONCE = 64;

/** Where a proxy is asked, and what it wants to know of who asks. */
export type Asked = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** What one request came to. */
export type Answered = {
  readonly status: number;
  /** Milliseconds from the request to the first byte of the body. */
  readonly firstMs: number;
  readonly body: string;
};

/** Connections that are kept from one request to the next. */
export function connections(): Agent {
  return new Agent({ keepAlive: true, maxSockets: AT_ONCE });
}

/** Asks for one answer. */
export function ask({ url, headers }: Asked, isStream: boolean, agent?: Agent): Promise<Answered> {
  const body = JSON.stringify({
    model: "chat",
    stream: isStream,
    ...(isStream ? { stream_options: { include_usage: true } } : {}),
    messages: [
      { role: "system", content: "You answer in a few words." },
      { role: "user", content: "Tell me of ten things that a ship must not carry." },
    ],
  });
  const length = String(Buffer.byteLength(body));
  const all = { "content-type": "application/json", "content-length": length, ...headers };
  return new Promise((resolve, reject) => {
    const from = performance.now();
    let firstMs = 0;
    const sent = send(
      url,
      { method: "POST", headers: all, ...(agent && { agent }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => {
          if (chunks.length === 0) firstMs = performance.now() - from;
          chunks.push(chunk);
        });
        response.on("error", reject);
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          resolve({ status, firstMs, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/**
 * Asks many times, from {@link AT_ONCE} connections.
 * @throws TypeError when an answer is not whole: a proxy that fails is not a fast one.
 */
export async function load(asked: Asked, isStream: boolean, count: number): Promise<void> {
  let left = count;
  // Those of the last time lay idle while others were asked: their server may be closing them just now.
  const agent = connections();
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { status, body } = await ask(asked, isStream, agent);
      if (status !== 200 || !body.includes(isStream ? "word49" : "honest cook")) {
        throw new TypeError(`${asked.url} answered ${status}: ${body.slice(0, 300)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  agent.destroy();
}
