import { chunk, DONE, USAGE, type Golden } from "./golden.ts";

/** Answers of words alone. */
export const GOLDEN_WORDS: readonly Golden[] = [
  {
    name: "openai: a role first, usage last, and fields beside",
    events: [
      {
        ...chunk({ role: "assistant", content: "", refusal: null }, null, { logprobs: null }),
        service_tier: "default",
        system_fingerprint: "fp_1",
        obfuscation: "aX9",
      },
      { ...chunk({ content: "Grüße " }), usage: null, obfuscation: "q" },
      { ...chunk({ content: "👩‍🚀" }), usage: null },
      { ...chunk({}, "stop"), usage: null },
      USAGE,
      DONE,
    ],
    text: "Grüße 👩‍🚀",
    end: "stop",
  },
  {
    name: "azure: what it thinks of the prompt first, without a choice",
    events: [
      { choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] },
      chunk({ role: "assistant", content: "Hi" }, null, {
        content_filter_results: { hate: { filtered: false } },
      }),
      chunk({}, "stop"),
      DONE,
    ],
    text: "Hi",
    end: "stop",
  },
  {
    name: "sglang: nulls everywhere, and what it stopped at",
    events: [
      chunk({ role: "assistant", content: "", reasoning_content: null, tool_calls: null }, null, {
        matched_stop: null,
      }),
      chunk({ role: null, content: null, reasoning_content: "Hm.", tool_calls: null }),
      chunk({ role: null, content: "So", reasoning_content: null, tool_calls: null }),
      { ...chunk({ content: null }, "stop", { matched_stop: 2 }), usage: null },
      DONE,
    ],
    text: "So",
    reasoning: "Hm.",
    end: "stop",
  },
  {
    name: "llama-server: content null at first, timings, no usage in the last choice",
    events: [
      chunk({ role: "assistant", content: null }),
      chunk({ content: "One" }),
      { ...chunk({ content: " two" }), timings: { predicted_ms: 4 } },
      chunk({}, "length"),
      { ...USAGE, timings: { cache_n: 1, prompt_n: 4 } },
      DONE,
    ],
    text: "One two",
    end: "length",
  },
  {
    name: "a refusal",
    events: [chunk({ refusal: "I must " }), chunk({ refusal: "not." }), chunk({}, "stop"), DONE],
    refusal: "I must not.",
    end: "stop",
  },
  {
    name: "text in parts, the reason beside the last of it, no [DONE]",
    events: [chunk({ content: [{ type: "text", text: "a" }] }), chunk({ content: "b" }, "stop")],
    text: "ab",
    end: "stop",
  },
  {
    name: "no reason at its end",
    events: [chunk({ content: "a" }), DONE],
    text: "a",
    end: "stop",
  },
  {
    name: "nothing but an end",
    events: [chunk({ role: "assistant" }), chunk({}, "stop"), DONE],
    end: "stop",
  },
  {
    name: "what nobody normalised is left behind",
    events: [
      chunk({
        content: "a",
        annotations: [{ url_citation: { title: "UNSEEN" } }],
        audio: { data: "UNSEEN" },
        citations: ["UNSEEN"],
      }),
      { ...chunk({}, "stop"), x_debug: "UNSEEN" },
      DONE,
    ],
    text: "a",
    end: "stop",
  },
  {
    name: "tgi: a role with each chunk, an end in its own word beside the last text, usage without an id",
    events: [
      chunk({ role: "assistant", content: "One" }, null, { logprobs: null }),
      chunk({ role: "assistant", content: " two" }, "eos_token"),
      { id: "", ...USAGE },
      DONE,
    ],
    text: "One two",
    end: "stop",
  },
  {
    name: "tgi: a stop sequence ended it, and the token that did has no text",
    events: [
      chunk({ role: "assistant", content: "One" }),
      chunk({ role: "assistant", content: "" }, "stop_sequence"),
      DONE,
    ],
    text: "One",
    end: "stop",
  },
  {
    name: "ollama: an end by load or unload is none that we know, and no usage comes",
    events: [
      chunk({ role: "assistant", content: "One" }),
      chunk({ role: "assistant", content: "" }, "load"),
      DONE,
    ],
    text: "One",
    end: "stop",
  },
  {
    name: "a filter of its own ended it",
    events: [chunk({ content: "One" }), chunk({}, "content_filter"), DONE],
    text: "One",
    end: "content_filter",
  },
  {
    name: "several data lines make one event, and chunks after the end say nothing",
    events: [
      '{"choices":[{"index":0,\ndata: "delta":{"content":"One"}}]}',
      chunk({}, "stop"),
      DONE,
      chunk({ content: " UNSEEN" }),
    ],
    text: "One",
    end: "stop",
  },
];
