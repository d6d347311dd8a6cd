import type { Json, JsonObject } from "../../kernel/json.ts";

/** The conversations that every template is rendered over. */
export type ConversationName =
  | "single"
  | "system"
  | "multi-turn"
  | "system-multi-turn"
  | "empty"
  | "empty-system"
  | "tools"
  | "system-tools"
  | "tool-result"
  | "tool-result-text"
  | "answer-last"
  | "thinking"
  | "thinking-field"
  | "thinking-off";

/** A conversation of fixed words, so that what a template does with each can be seen in what it writes. */
export type Conversation = {
  readonly name: ConversationName;
  readonly messages: readonly JsonObject[];
  readonly tools?: readonly JsonObject[];
  readonly extra?: { readonly [name: string]: Json };
  /** False when the model has spoken last, so that no prompt for an answer makes sense. */
  readonly awaitsAnswer: boolean;
};

/** What each part of a conversation says: words that no template holds, without blanks that it might take away. */
export const WORDS = {
  system: "plmsystem4q",
  user: "plmuser7x",
  answer: "plmanswer3k",
  secondUser: "plmuser8z",
  thought: "plmthought5j",
  tool: "plm_tool_6w",
  toolText: "plmtooltext9h",
  argument: "plmargument2d",
  result: "plmresult1f",
} as const;

/** The day that every rendering sees: its numbers tell year, month and day apart, in one digit and in two. */
export const RENDERING_DATE = new Date("2031-03-17T08:09:10Z");

const system = { role: "system", content: WORDS.system };
const user = { role: "user", content: WORDS.user };
const answer = { role: "assistant", content: WORDS.answer };
const secondUser = { role: "user", content: WORDS.secondUser };

const tool = {
  type: "function",
  function: {
    name: WORDS.tool,
    description: WORDS.toolText,
    parameters: {
      type: "object",
      properties: { city: { type: "string", description: "a city" } },
      required: ["city"],
    },
  },
};

/** Nine letters and figures: some families refuse any other call id. */
const CALL_ID = "plmcall01";

/** A turn with a tool: the call and its result. Some templates take the arguments as a mapping, some as text. */
function toolTurn(callArguments: Json): readonly JsonObject[] {
  const call = {
    id: CALL_ID,
    type: "function",
    function: { name: WORDS.tool, arguments: callArguments },
  };
  return [
    user,
    { role: "assistant", content: "", tool_calls: [call] },
    { role: "tool", tool_call_id: CALL_ID, name: WORDS.tool, content: WORDS.result },
  ];
}

const callArguments = { city: WORDS.argument };
const thought = `<think>\n${WORDS.thought}\n</think>\n\n`;

/** Every conversation of the grid; each is rendered with a prompt for an answer, where one is awaited, and without. */
export const CONVERSATIONS: readonly Conversation[] = [
  { name: "single", messages: [user], awaitsAnswer: true },
  { name: "system", messages: [system, user], awaitsAnswer: true },
  { name: "multi-turn", messages: [user, answer, secondUser], awaitsAnswer: true },
  {
    name: "system-multi-turn",
    messages: [system, user, answer, secondUser],
    awaitsAnswer: true,
  },
  { name: "empty", messages: [{ role: "user", content: "" }], awaitsAnswer: true },
  {
    name: "empty-system",
    messages: [{ role: "system", content: "" }, user],
    awaitsAnswer: true,
  },
  { name: "tools", messages: [user], tools: [tool], awaitsAnswer: true },
  { name: "system-tools", messages: [system, user], tools: [tool], awaitsAnswer: true },
  { name: "tool-result", messages: toolTurn(callArguments), tools: [tool], awaitsAnswer: true },
  {
    name: "tool-result-text",
    messages: toolTurn(JSON.stringify(callArguments)),
    tools: [tool],
    awaitsAnswer: true,
  },
  { name: "answer-last", messages: [user, answer], awaitsAnswer: false },
  {
    name: "thinking",
    messages: [user, { ...answer, content: thought + WORDS.answer }, secondUser],
    awaitsAnswer: true,
  },
  {
    name: "thinking-field",
    messages: [user, { ...answer, reasoning_content: WORDS.thought }, secondUser],
    awaitsAnswer: true,
  },
  {
    name: "thinking-off",
    messages: [user],
    extra: { enable_thinking: false },
    awaitsAnswer: true,
  },
];
