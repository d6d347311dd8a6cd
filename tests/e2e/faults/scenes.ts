import { usageChunk, type Play, type Scenes } from "./stage.ts";

const DONE = "data: [DONE]\n\n";

/** Megabytes of one line that a hostile upstream writes. */
const LINE_MEGABYTES = 100;

/** A scene that streams these bytes and ends as a whole answer does, as far as HTTP tells. */
const streams =
  (bytes: (play: Play) => string | Buffer) =>
  (play: Play): void => {
    play.open();
    play.response.end(bytes(play));
  };

/** A scene that streams these bytes and then breaks the connection off. */
const cuts =
  (bytes: (play: Play) => string) =>
  (play: Play): void => {
    play.open();
    play.response.write(bytes(play), () => play.response.destroy());
  };

/** A scene that streams these bytes and then says nothing more. */
const hangs =
  (bytes: (play: Play) => string) =>
  (play: Play): void => {
    play.open();
    play.response.write(bytes(play));
  };

/** A scene that answers whole, with a status and headers. */
const answers =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  ({ response }: Play): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };

const error = {
  error: { message: "a story of the inside at http://10.1.2.3/", type: "server_error" },
};
const half = ({ piece }: Play): string => piece("one two three. ");
const whole = ({ piece }: Play): string => piece("one two three. ") + piece("", "stop");

/** Streams that break off after their first piece: none may end as a whole one. */
export const BROKEN: Scenes = {
  cut: cuts(half),
  "cut-in-event": cuts((play) => `${half(play)}data: {"choices":[{"index":0,"delta":{"cont`),
  "cut-in-character": (play) => {
    play.open();
    const bytes = Buffer.from(half(play) + play.piece("é"));
    play.response.write(bytes.subarray(0, -60), () => play.response.destroy());
  },
  "ends-early": streams(half),
  "ends-early-by-closing": ({ asked, response, ...play }) => {
    response.socket?.end(
      `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n${half({ asked, response, ...play })}`,
    );
  },
  "shorter-than-said": ({ response, ...play }) => {
    response.writeHead(200, { "content-type": "text/event-stream", "content-length": "100000" });
    response.write(half({ response, ...play }), () => response.socket?.end());
  },
  "no-json": streams((play) => `${half(play)}data: {"choices":[{]\n\n${whole(play)}${DONE}`),
  "no-object": streams((play) => `${half(play)}data: 7\n\n${whole(play)}${DONE}`),
  "an-error-within": streams((play) => `${half(play)}data: ${JSON.stringify(error)}\n\n${DONE}`),
  "an-error-event": streams(
    (play) => `${half(play)}event: error\ndata: ${JSON.stringify(error)}\n\n${DONE}`,
  ),
  "a-line-without-end": (play) => {
    play.open();
    play.response.write(`${half(play)}data: `);
    const megabyte = Buffer.alloc(1_048_576, 0x61);
    let left = LINE_MEGABYTES;
    const more = (): void => {
      while (left > 0 && !play.response.destroyed) {
        left -= 1;
        if (!play.response.write(megabyte)) {
          play.response.once("drain", more);
          return;
        }
      }
      play.response.end();
    };
    more();
  },
  "an-event-without-end": (play) => {
    play.open();
    play.response.end(half(play) + `data: ${"a".repeat(1_000)}\n`.repeat(2_000));
  },
};

/** A stream of two choices, of which one does not come to its end. */
export const ONE_OF_TWO_ENDS: Scenes = {
  "one-of-two-ends": streams(
    ({ piece }) =>
      piece("one two three. ") +
      piece("other. ").replace('"index":0', '"index":1') +
      piece("", "stop"),
  ),
};

/** Streams that stop, each past a time of the route: no comment and no empty event is a piece. */
export const HANGING: Scenes = {
  "hangs-before-headers": () => {},
  "hangs-after-headers": hangs(() => ""),
  "hangs-after-a-piece": hangs(half),
  "comments-for-ever": (play) => {
    play.open();
    const beat = setInterval(() => play.response.write(": busy\n\n"), 100);
    play.response.on("close", () => clearInterval(beat));
  },
  "a-byte-now-and-then": (play) => {
    play.open();
    play.response.write(half(play));
    const beat = setInterval(() => play.response.write("d"), 100);
    play.response.on("close", () => clearInterval(beat));
  },
};

/** Answers that are no answer: each is refused, and none of its words are told. */
export const REFUSED: Scenes = {
  "error-in-200": answers(200, error),
  "error-beside-choices": answers(200, {
    ...error,
    choices: [{ index: 0, text: "x", message: { content: "x" }, finish_reason: "stop" }],
  }),
  "no-answer": answers(200, "[]"),
  "empty-answer": answers(200, ""),
  "half-answer": answers(
    200,
    '{"choices":[{"index":0,"message":{"content":"x"},"finish_reason":"st',
  ),
  "no-finish": answers(200, { choices: [{ index: 0, text: "x", message: { content: "x" } }] }),
  redirect: answers(307, "", { location: "/v1/elsewhere" }),
  "redirect-as-seen": answers(301, "", { location: "http://127.0.0.1:1/" }),
  compressed: answers(200, { choices: [] }, { "content-encoding": "gzip" }),
  "another-type": answers(200, "<p>fine</p>", { "content-type": "text/html" }),
  "no-content": answers(204, ""),
  fails: answers(500, error),
};

const said =
  (text: string, more: (play: Play) => string = () => "") =>
  (play: Play): string =>
    Array.from(text, (letter) => play.piece(letter)).join("") +
    play.piece("", "stop") +
    more(play) +
    DONE;
const fine = said("all is fine", () => usageChunk(9, 11));

/** Streams that are odd and whole, with the text that they carry. */
export const ODD: Readonly<Record<string, readonly [(play: Play) => void, string]>> = {
  plain: [streams(fine), "all is fine"],
  "carriage-returns": [streams((play) => fine(play).replaceAll("\n", "\r\n")), "all is fine"],
  "returns-alone": [streams((play) => fine(play).replaceAll("\n", "\r")), "all is fine"],
  "returns-mixed": [streams((play) => fine(play).replaceAll("\n\n", "\r\n\n")), "all is fine"],
  comments: [
    streams(
      (play) => `: hello\n\n${fine(play).replaceAll("data: ", ": busy\nid: 7\nretry: 1\ndata:")}`,
    ),
    "all is fine",
  ],
  mark: [streams((play) => `\uFEFF${fine(play)}`), "all is fine"],
  "never-ends": [hangs(fine), "all is fine"],
  "goes-on-after-its-end": [streams((play) => fine(play) + half(play) + DONE), "all is fine"],
  "cut-after-its-end": [cuts(fine), "all is fine"],
  "no-done": [streams((play) => said("all is fine")(play).replace(DONE, "")), "all is fine"],
  "no-finish": [streams(({ piece }) => piece("all is fine") + DONE), "all is fine"],
  "two-finishes": [
    streams(
      ({ piece }) => piece("all is fine", "length") + piece(" and more") + piece("", "stop") + DONE,
    ),
    "all is fine and more",
  ],
  "choices-unasked": [
    streams(
      ({ piece }) =>
        piece("all is fine") +
        piece("other").replace('"index":0', '"index":7') +
        piece("", "stop") +
        DONE,
    ),
    "all is fine",
  ],
  "choices-beyond": [
    streams(
      ({ piece }) =>
        piece("all is fine") +
        piece("other").replace('"index":0', '"index":99999999') +
        piece("", "stop") +
        DONE,
    ),
    "all is fine",
  ],
  "wrong-utf-8": [
    streams((play) =>
      Buffer.concat([
        Buffer.from(play.piece("all ").slice(0, 9)),
        Buffer.from(play.piece("all ").slice(9)),
        Buffer.from(play.piece("is\u0001fine", "stop")).map((byte) => byte),
        Buffer.from(DONE),
      ]),
    ),
    "all is\u0001fine",
  ],
};

/** What an upstream says that an answer took, none of which can be true. */
export const LIES: Readonly<Record<string, string>> = {
  negative: usageChunk(-1, -5),
  "negative-output": usageChunk(3, -1),
  huge: usageChunk(3, 1e15),
  "huge-input": usageChunk(1e15, 3),
  "beyond-any-number": usageChunk(3, 1).replace(":1}", ":1e999}"),
  fractions: usageChunk(1.5, 2.5),
  texts: usageChunk("3", "5"),
  lists: usageChunk([3], [5]),
  nothing: usageChunk(null, null),
  "no-number": usageChunk(3, 1).replace(":1}", ":NaN}").replace(/.*/su, ""),
  none: "",
  "nothing-written": usageChunk(3, 0),
};
