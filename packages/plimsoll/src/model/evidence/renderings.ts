import { defineEvidence } from "../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../kernel/unread.ts";
import type { ModelSubject } from "../subject.ts";
import {
  CONVERSATIONS,
  RENDERING_DATE,
  type Conversation,
  type ConversationName,
} from "../templates/conversations.ts";
import {
  AUDIT_RENDER_MS,
  type ChatRequest,
  type Renderer,
  type RenderResult,
} from "../templates/render/contract.ts";
import { openRenderer } from "../templates/render/renderer.ts";
import { belongsTo } from "../templates/tokenizer-of.ts";
import type { TokenizerFacts } from "../tokenizer.ts";
import type { TemplateCopy } from "./templates.ts";

/** What one conversation of the grid came to. */
export type Rendering = {
  readonly conversation: ConversationName;
  /** True when the template was asked for a prompt that the model answers. */
  readonly prompted: boolean;
  readonly result: RenderResult;
};

/** One copy of a chat template, rendered over the grid. */
export type RenderedTemplate = {
  readonly copy: TemplateCopy;
  /** The special tokens that it was rendered with: those of the tokenizer beside it. */
  readonly bosToken: string | undefined;
  readonly eosToken: string | undefined;
  readonly renderings: readonly Rendering[];
};

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Every copy of every chat template over the same conversations; what went wrong is a value. */
    readonly renderings: readonly RenderedTemplate[];
  }
}

/** Copies that are rendered. A model has a few; a thousand of them would take the time of everything else (CWE-400). */
export const RENDERINGS_MAX_COPIES = 64;

/** Milliseconds for all templates of a model, well below what one file may take before it is given up (CWE-400). */
const RENDERINGS_MS = 15_000;

/** Milliseconds for the grid of one template: real ones take some ten. */
const TEMPLATE_MS = 5_000;

export default defineEvidence({
  name: "renderings",
  needs: ["templates", "tokenizers", "gguf"],
  provide: async ({ templates, tokenizers, gguf }, subject: ModelSubject) => {
    const value: RenderedTemplate[] = [];
    const unreads: Unread[] = templates
      .slice(RENDERINGS_MAX_COPIES)
      .map((copy) => notRendered(copy, "RENDERINGS_MAX_COPIES", RENDERINGS_MAX_COPIES));
    const renderer = subject.openRenderer?.() ?? openRenderer();
    const known = new Map<string, readonly Rendering[]>();
    const end = performance.now() + RENDERINGS_MS;
    try {
      for (const copy of templates.slice(0, RENDERINGS_MAX_COPIES)) {
        const left = end - performance.now();
        const tokens = tokensOf(tokenizers.find((one) => belongsTo(copy, one, gguf)));
        // Copies of one text beside one tokenizer say the same.
        const key = JSON.stringify([copy.text, tokens.bosToken, tokens.eosToken]);
        if (left <= 0 && !known.has(key)) {
          unreads.push(notRendered(copy, "RENDERINGS_MS", RENDERINGS_MS));
          continue;
        }
        const renderings = known.get(key) ?? (await renderGrid(renderer, copy, tokens, left));
        known.set(key, renderings);
        value.push({ copy, ...tokens, renderings });
      }
    } finally {
      await renderer.close();
    }
    return { value, unread: unreads };
  },
});

type Tokens = Pick<RenderedTemplate, "bosToken" | "eosToken">;

function tokensOf(tokenizer: TokenizerFacts | undefined): Tokens {
  return { bosToken: tokenizer?.special.bos, eosToken: tokenizer?.special.eos };
}

async function renderGrid(
  renderer: Renderer,
  { text }: TemplateCopy,
  tokens: Tokens,
  left: number,
): Promise<readonly Rendering[]> {
  const asked = CONVERSATIONS.flatMap((conversation) =>
    (conversation.awaitsAnswer ? [true, false] : [false]).map((prompted) => ({
      conversation,
      prompted,
    })),
  );
  const requests = asked.map(({ conversation, prompted }) =>
    requestOf(text, tokens, conversation, prompted),
  );
  const budget = { ms: AUDIT_RENDER_MS, totalMs: Math.min(left, TEMPLATE_MS) };
  const [first] = await renderer.renderMany(requests.slice(0, 1), budget);
  // What takes too long or too much for a single question does for every other one.
  const isHopeless = first?.kind === "late" || first?.kind === "too-large";
  const results = isHopeless
    ? requests.map(() => first)
    : await renderer.renderMany(requests, budget);
  return asked.map(({ conversation, prompted }, index) => ({
    conversation: conversation.name,
    prompted,
    result: results[index] ?? { kind: "late" },
  }));
}

function requestOf(
  template: string,
  tokens: Tokens,
  { messages, tools, extra }: Conversation,
  addGenerationPrompt: boolean,
): ChatRequest {
  return { template, messages, tools, extra, addGenerationPrompt, now: RENDERING_DATE, ...tokens };
}

function notRendered(copy: TemplateCopy, name: string, limit: number): Unread {
  return unread(copy.file, `limit ${name} (${limit}) reached: it was not rendered`, {
    member: copy.member,
  });
}
