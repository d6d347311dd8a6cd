import { call, chunk, DONE, USAGE, type Golden } from "./golden.ts";

/** Answers that call tools, as servers number, name and cut them. */
export const GOLDEN_CALLS: readonly Golden[] = [
  {
    name: "vllm: thinking under two names, empty lists of calls, usage with every chunk",
    events: [
      {
        ...chunk({ role: "assistant", content: "" }),
        prompt_token_ids: null,
        usage: { prompt_tokens: 5, completion_tokens: 0 },
      },
      chunk({ reasoning: "Let me ", reasoning_content: "Let me " }, null, { token_ids: null }),
      chunk({ reasoning: "see.", reasoning_content: "see.", tool_calls: [] }),
      chunk({ content: "Yes.", tool_calls: [] }, null, { stop_reason: null }),
      chunk({ content: "" }, "stop", { stop_reason: 151_645 }),
      USAGE,
      DONE,
    ],
    text: "Yes.",
    reasoning: "Let me see.",
    end: "stop",
  },
  {
    name: "vllm: a call, its id once and its arguments in pieces",
    events: [
      chunk({ role: "assistant", content: "" }),
      chunk(call({ name: "look" }, { id: "chatcmpl-tool-1", type: "function", index: 0 })),
      chunk(call({ arguments: '{"at": ' }, { index: 0 })),
      chunk(call({ arguments: '"sea"}' }, { index: 0 })),
      chunk({ content: "" }, "tool_calls", { stop_reason: null }),
      DONE,
    ],
    calls: [["look", '{"at": "sea"}']],
    end: "tool_calls",
  },
  {
    name: "llama-server: a call whose id and name come with every piece",
    events: [
      chunk({ role: "assistant", content: null }),
      chunk(call({ name: "look", arguments: '{"a"' }, { index: 0, id: "x1", type: "function" })),
      chunk(call({ name: "look", arguments: ":1}" }, { index: 0, id: "x1", type: "function" })),
      chunk({}, "tool_calls"),
      DONE,
    ],
    calls: [["look", '{"a":1}']],
    end: "tool_calls",
  },
  {
    name: "ollama: thinking as reasoning, every call whole and numbered 0",
    events: [
      {
        ...chunk({ role: "assistant", content: "", reasoning: "Two calls." }),
        system_fingerprint: "fp_ollama",
      },
      chunk({
        role: "assistant",
        content: "",
        ...call({ name: "a", arguments: '{"n":1}' }, { id: "call_1", index: 0, type: "function" }),
      }),
      chunk({
        role: "assistant",
        content: "",
        ...call({ name: "b", arguments: '{"n":2}' }, { id: "call_2", index: 0, type: "function" }),
      }),
      chunk({ role: "assistant", content: "" }, "tool_calls"),
      DONE,
    ],
    reasoning: "Two calls.",
    calls: [
      ["a", '{"n":1}'],
      ["b", '{"n":2}'],
    ],
    end: "tool_calls",
  },
  {
    name: "no numbers: ids once",
    events: [
      chunk(call({ name: "a", arguments: '{"n":' }, { id: "c1" })),
      chunk(call({ arguments: "1}" })),
      chunk(call({ name: "b", arguments: "" }, { id: "c2" })),
      chunk(call({ arguments: '{"n":2}' })),
      chunk({}, "tool_calls"),
      DONE,
    ],
    calls: [
      ["a", '{"n":1}'],
      ["b", '{"n":2}'],
    ],
    end: "tool_calls",
  },
  {
    name: "no numbers: ids every time",
    events: [
      chunk(call({ name: "a", arguments: '{"n":' }, { id: "c1" })),
      chunk(call({ name: "b", arguments: '{"n":' }, { id: "c2" })),
      chunk(call({ arguments: "1}" }, { id: "c1" })),
      chunk(call({ arguments: "2}" }, { id: "c2" })),
      chunk({}, "tool_calls"),
      DONE,
    ],
    calls: [
      ["a", '{"n":1}'],
      ["b", '{"n":2}'],
    ],
    end: "tool_calls",
  },
  {
    name: "neither numbers nor ids: names begin calls, two in one chunk",
    events: [
      chunk({
        tool_calls: [
          { function: { name: "a", arguments: { n: 1 } } },
          { function: { name: "a", arguments: { n: 2 } } },
        ],
      }),
      chunk({}, "stop"),
      DONE,
    ],
    calls: [
      ["a", '{"n":1}'],
      ["a", '{"n":2}'],
    ],
    end: "stop",
  },
  {
    name: "numbers that begin at 1, to and fro",
    events: [
      chunk(call({ name: "a", arguments: "" }, { index: 1, id: "c1" })),
      chunk(call({ name: "b", arguments: "" }, { index: 2, id: "c2" })),
      chunk(call({ arguments: '{"m":2' }, { index: 2 })),
      chunk(call({ arguments: '{"m":1' }, { index: 1 })),
      chunk(call({ arguments: "}" }, { index: 2 })),
      chunk(call({ arguments: "}" }, { index: 1 })),
      chunk({}, "tool_calls"),
      DONE,
    ],
    calls: [
      ["a", '{"m":1}'],
      ["b", '{"m":2}'],
    ],
    end: "tool_calls",
  },
  {
    name: "a name after the first piece, and one that never comes to arguments",
    events: [
      chunk({ tool_calls: [{ index: 0, id: "c1", type: "function" }] }),
      chunk(call({ name: "a" }, { index: 0 })),
      chunk(call({ arguments: "{}" }, { index: 0 })),
      chunk(call({ name: "b" }, { index: 1, id: "c2" })),
      chunk({}, "tool_calls"),
      DONE,
    ],
    calls: [
      ["a", "{}"],
      ["b", ""],
    ],
    end: "tool_calls",
  },
  {
    name: "arguments as an object, thinking, words and a call in one chunk",
    events: [
      chunk({
        reasoning_content: "Hm.",
        content: "I look.",
        ...call({ name: "look", arguments: { at: "sea" } }, { index: 0, id: "c1" }),
      }),
      chunk({}, "tool_calls"),
      DONE,
    ],
    text: "I look.",
    reasoning: "Hm.",
    calls: [["look", '{"at":"sea"}']],
    end: "tool_calls",
  },
  {
    name: "the old form of a call",
    events: [
      chunk({ function_call: { name: "look", arguments: "" } }),
      chunk({ function_call: { arguments: '{"a":' } }),
      chunk({ function_call: { arguments: "1}" } }),
      chunk({}, "function_call"),
      DONE,
    ],
    calls: [["look", '{"a":1}']],
    end: "tool_calls",
  },
  {
    name: "tgi: one id and number throughout, the name with a brace, null after it, and an end beside the last",
    events: [
      chunk({
        role: "assistant",
        ...call({ name: "look", arguments: "{" }, { index: 0, id: "0", type: "function" }),
      }),
      chunk({
        role: "assistant",
        ...call({ name: null, arguments: '"at":' }, { index: 0, id: "0", type: "function" }),
      }),
      chunk(
        {
          role: "assistant",
          ...call({ name: null, arguments: '"sea"}' }, { index: 0, id: "0", type: "function" }),
        },
        "stop",
      ),
      { id: "", ...USAGE },
      DONE,
    ],
    calls: [["look", '{"at":"sea"}']],
    end: "stop",
  },
];
