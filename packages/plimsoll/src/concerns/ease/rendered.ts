import { unread, type Unread } from "../../kernel/unread.ts";
import type { RenderedTemplate } from "../../model/evidence/renderings.ts";
import type { ConversationName } from "../../model/templates/conversations.ts";
import type { RenderResult } from "../../model/templates/render/contract.ts";
import type { TokenizerFacts } from "../../model/tokenizer.ts";
import type { ChatUnit } from "./chat-units.ts";

/** A template over the grid, beside the tokenizer of its model. */
export type UnitRendering = RenderedTemplate & { readonly tokenizer: TokenizerFacts | undefined };

/** The rendered templates of the language models, each text once beside one tokenizer. */
export function unitRenderings(
  units: readonly ChatUnit[],
  renderings: readonly RenderedTemplate[],
): readonly UnitRendering[] {
  return units.flatMap(({ templates, tokenizer }) => {
    const seen = new Set<string>();
    return renderings
      .filter(({ copy }) => templates.includes(copy))
      .filter(({ copy }) => !seen.has(copy.text) && seen.add(copy.text).size > 0)
      .map((rendering) => ({ ...rendering, tokenizer }));
  });
}

/** True for the template that is used when none is named; others serve tools or documents only. */
export function isMainTemplate({ copy }: RenderedTemplate): boolean {
  return copy.name === undefined || copy.name === "default";
}

/** What one conversation came to, by default with a prompt for an answer. */
export function resultOf(
  { renderings }: RenderedTemplate,
  conversation: ConversationName,
  prompted = true,
): RenderResult {
  const found = renderings.find(
    (one) => one.conversation === conversation && one.prompted === prompted,
  );
  return found?.result ?? { kind: "failed", message: "it was not rendered" };
}

/** The prompt of one conversation, where there is one. */
export function promptOf(
  template: RenderedTemplate,
  conversation: ConversationName,
): string | undefined {
  const result = resultOf(template, conversation);
  return result.kind === "rendered" ? result.text : undefined;
}

/** Why a conversation could not be looked at; undefined where it was rendered or refused. */
export function notSeen(
  template: RenderedTemplate,
  conversation: ConversationName,
): Unread | undefined {
  const result = resultOf(template, conversation);
  if (result.kind === "rendered" || result.kind === "refused") return undefined;
  const { file, member } = template.copy;
  const what = CONVERSATION_WORDS[conversation];
  return unread(file, `${what} was not rendered: ${why(result)}`, { member });
}

/** How a conversation is called in front of a person. */
export const CONVERSATION_WORDS: Readonly<Record<ConversationName, string>> = {
  single: "a single question",
  system: "a system message",
  "multi-turn": "a conversation of several turns",
  "system-multi-turn": "a system message with several turns",
  empty: "an empty message",
  "empty-system": "an empty system message",
  tools: "a question with a tool",
  "system-tools": "a system message with a tool",
  "tool-result": "the result of a tool",
  "tool-result-text": "the result of a tool",
  "answer-last": "an answer at the end",
  thinking: "an answer with a thought",
  "thinking-field": "an answer with a thought of its own field",
  "thinking-off": "a question with thinking switched off",
};

function why(result: Exclude<RenderResult, { kind: "rendered" | "refused" }>): string {
  switch (result.kind) {
    case "failed":
      return `this renderer stopped at "${result.message}"`;
    case "late":
      return "it takes too long";
    case "too-large":
      return "it grows too large";
  }
}
