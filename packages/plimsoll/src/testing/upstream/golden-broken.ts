import { call, chunk, DONE, type Golden } from "./golden.ts";

/** Answers that are not: none may end as if they were. */
export const BROKEN: readonly Golden[] = [
  {
    name: "an error in the middle",
    events: [chunk({ content: "So" }), { error: { message: "UNSEEN", code: 500 } }, DONE],
    text: "So",
    fails: "failed",
  },
  {
    name: "an error that is a text",
    events: [chunk({ content: "So" }), { error: "UNSEEN" }],
    text: "So",
    fails: "failed",
  },
  {
    name: "vllm: an error in place of a chunk, and an end after it",
    events: [
      chunk({ content: "So" }),
      { object: "error", message: "UNSEEN", type: "BadRequestError", param: null, code: 400 },
      DONE,
    ],
    text: "So",
    fails: "failed",
  },
  {
    name: "sglang, vllm: broken off there",
    events: [chunk({ content: "So" }), chunk({ content: "" }, "abort"), DONE],
    text: "So",
    fails: "failed",
  },
  {
    name: "no end at all",
    events: [chunk({ content: "So" })],
    text: "So",
    fails: "cut",
  },
  {
    name: "in the middle of a call",
    events: [chunk(call({ name: "look", arguments: '{"a":' }, { index: 0, id: "c1" }))],
    calls: [["look", '{"a":']],
    fails: "cut",
  },
  {
    name: "what is no JSON",
    events: [chunk({ content: "So" }), '{"choices": [UNSEEN', DONE],
    text: "So",
    fails: "failed",
  },
  {
    name: "tgi: an error with a status in the middle, and nothing after it",
    events: [
      chunk({ role: "assistant", content: "So" }),
      { error: { message: "UNSEEN", http_status_code: 422 } },
    ],
    text: "So",
    fails: "failed",
  },
  {
    name: "llama-server: an error beside nothing else",
    events: [
      chunk({ content: "So" }),
      { error: { code: 400, message: "UNSEEN", type: "exceed_context_size_error", n_ctx: 4 } },
    ],
    text: "So",
    fails: "failed",
  },
];
