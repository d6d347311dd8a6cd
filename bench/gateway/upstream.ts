/**
 * The server behind every proxy of a run: a short answer at once, or fifty pieces of one, each sent alone.
 *
 * Pieces are sent in turns of the event loop, so that a proxy gets them one by one, as a model writes them.
 */
import { createServer, type ServerResponse } from "node:http";

/** Pieces of a streamed answer. */
const CHUNKS = 50;

const head = { id: "chatcmpl-1", object: "chat.completion", created: 1_750_000_000, model: "chat" };
const usage = { prompt_tokens: 20, completion_tokens: CHUNKS, total_tokens: CHUNKS + 20 };
const content = "Gunpowder, lamp oil, wet coal, green hay, loose grain, and an honest cook.";
const message = { role: "assistant", content };
const whole = JSON.stringify({
  ...head,
  choices: [{ index: 0, message, finish_reason: "stop" }],
  usage,
});
const events = [
  ...Array.from({ length: CHUNKS }, (_, at) => choice({ content: `word${at} ` }, null)),
  choice({}, "stop"),
  event({ ...head, object: "chat.completion.chunk", choices: [], usage }),
  "data: [DONE]\n\n",
];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    if (request.method === "GET") send(response, '{"object":"list","data":[{"id":"chat"}]}');
    else if (Buffer.concat(chunks).includes('"stream":true')) stream(response);
    else send(response, whole);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(body);
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  let at = 0;
  const next = (): void => {
    const one = events[at];
    at += 1;
    if (one === undefined) {
      response.end();
      return;
    }
    response.write(one);
    setImmediate(next);
  };
  next();
}

function choice(delta: object, reason: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  return event({ ...head, object: "chat.completion.chunk", choices });
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
