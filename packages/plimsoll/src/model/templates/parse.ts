import { parse, tokenize, type Program } from "@huggingface/jinja";

import { childrenOf } from "./node.ts";
import { generationTagsAsBlocks, isBlank, neutralizeGenerationTags } from "./generation-tags.ts";
import { readNode } from "./read-node.ts";

/** A template's syntax tree, or why there is none. */
export type ParsedTemplate =
  | { readonly kind: "parsed"; readonly body: readonly unknown[] }
  | Unparsed;

/** A template that the interpreter can run, or why there is none. */
export type RunnableTemplate = { readonly kind: "parsed"; readonly program: Program } | Unparsed;

type Unparsed = { readonly kind: "unparsed"; readonly reason: string };

/** Nesting of a template's tree. Real ones stay below 60; the parser and every reader behind it recurse (CWE-674). */
export const TEMPLATE_MAX_DEPTH = 400;

/**
 * White space in a row. Indentation is tens of characters; the tokenizer's pattern for its own tags takes
 * quadratic time over a long run, so that a megabyte of blanks would take hours (CWE-1333).
 */
export const TEMPLATE_MAX_BLANKS = 256;

/** Nodes of a template's tree: a megabyte of `a.b.c` is no template (CWE-770). Real ones have some thousand. */
export const TEMPLATE_MAX_NODES = 50_000;

/** Characters of a parser's message that are kept: it repeats text of the template. */
const REASON_MAX_CHARS = 120;

/**
 * Parses a chat template as Jinja, and never renders it.
 *
 * The parser knows less than Jinja does (no `include`, `raw`, `with`; no tests with arguments): what it
 * cannot read comes back with the reason.
 */
export function parseTemplate(text: string): ParsedTemplate {
  const parsed = parseWith(text, (source) => parse(tokenize(neutralizeGenerationTags(source))));
  return parsed.kind === "parsed" ? { kind: "parsed", body: parsed.program.body } : parsed;
}

/**
 * Parses a chat template for rendering, with the settings that transformers renders with: the first line
 * break after a statement and the blanks before one belong to the statement.
 *
 * @see https://pypi.org/project/transformers/5.24.0/#transformers/utils/chat_template_utils.py (read 2026-11-25)
 */
export function parseForRendering(text: string): RunnableTemplate {
  return parseWith(text, (source) =>
    parse(
      // Jinja reads every kind of line break as one.
      tokenize(generationTagsAsBlocks(source.replaceAll(/\r\n?/gu, "\n")), {
        lstrip_blocks: true,
        trim_blocks: true,
      }),
    ),
  );
}

function parseWith(text: string, read: (source: string) => Program): RunnableTemplate {
  if (longestBlank(text) > TEMPLATE_MAX_BLANKS)
    return tooMuch("TEMPLATE_MAX_BLANKS", TEMPLATE_MAX_BLANKS);
  let program: Program;
  try {
    program = read(text);
  } catch (error) {
    // The parser recurses; a stack that overflows is a nesting that no template has.
    if (error instanceof RangeError) return tooMuch("TEMPLATE_MAX_DEPTH", TEMPLATE_MAX_DEPTH);
    return { kind: "unparsed", reason: `malformed: the parser stopped: ${reason(error)}` };
  }
  return measure(program.body) ?? { kind: "parsed", program };
}

/** What is too much in a tree. It looks at the whole, without recursion, before anything recurses over it. */
function measure(body: readonly unknown[]): Unparsed | undefined {
  let level = body;
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    nodes += level.length;
    if (depth > TEMPLATE_MAX_DEPTH) return tooMuch("TEMPLATE_MAX_DEPTH", TEMPLATE_MAX_DEPTH);
    if (nodes > TEMPLATE_MAX_NODES) return tooMuch("TEMPLATE_MAX_NODES", TEMPLATE_MAX_NODES);
    const below: unknown[] = [];
    for (const raw of level) {
      const node = readNode(raw);
      if (node.kind === "strange") {
        return { kind: "unparsed", reason: `unsupported: a node of the kind "${node.type}"` };
      }
      below.push(...childrenOf(node));
    }
    level = below;
  }
  return undefined;
}

function longestBlank(text: string): number {
  let longest = 0;
  let run = 0;
  for (let at = 0; at < text.length; at += 1) {
    run = isBlank(text[at]) ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}

function tooMuch(name: string, limit: number): Unparsed {
  return { kind: "unparsed", reason: `limit ${name} (${limit}) reached` };
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(0, REASON_MAX_CHARS);
}
