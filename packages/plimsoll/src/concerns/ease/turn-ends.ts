import type { TemplateNode } from "../../model/templates/node.ts";
import { readNode } from "../../model/templates/read-node.ts";
import type { TokenizerFacts } from "../../model/tokenizer.ts";
import { markerAt, markersIn } from "./markers.ts";

/** What a template writes directly after the text of a message. */
export type TurnEnd =
  | { readonly kind: "marker"; readonly text: string }
  /** The variable `eos_token`, whatever it holds. */
  | { readonly kind: "eos" };

/**
 * What a template writes directly after the text of a message, where that is a token: the end of a turn.
 *
 * It is read off the order of the template's parts and may be wrong for a template that builds its prompt
 * in variables, piece by piece; markers that also open a turn are left out, and no end at all is no claim.
 */
export function turnEndsOf(
  body: readonly unknown[],
  tokenizer: Pick<TokenizerFacts, "added" | "has">,
): readonly TurnEnd[] {
  const state: State = { tokenizer, ends: new Map(), openers: new Set(), after: undefined };
  readList(body, false, state);
  return [...state.ends.values()].filter(
    (end) => end.kind === "eos" || (saysEnd(end.text) && !state.openers.has(end.text)),
  );
}

/** Parts of the names that families give to the end of a turn. What comes after a message under another name may open the next one. */
const END_WORDS = ["end", "eot", "eos", "eom", "stop", "return", "</s>"];

function saysEnd(marker: string): boolean {
  const lower = marker.toLowerCase();
  return END_WORDS.some((word) => lower.includes(word));
}

type State = {
  readonly tokenizer: Pick<TokenizerFacts, "added" | "has">;
  readonly ends: Map<string, TurnEnd>;
  /** Markers directly before a role or a message's text. */
  readonly openers: Set<string>;
  /** The last text that was printed, while nothing else came behind it. */
  after: string | undefined;
};

/** Reads statements in order; `open` says that a message's text was printed last. Returns the same for its end. */
function readList(nodes: readonly unknown[], open: boolean, state: State): boolean {
  return nodes.reduce<boolean>((now, raw) => readStatement(readNode(raw), now, state), open);
}

function readStatement(node: TemplateNode, open: boolean, state: State): boolean {
  switch (node.kind) {
    case "if": {
      const [body, otherwise] = [node.body, node.otherwise].map((list) => {
        state.after = undefined;
        return readList(list, open, state);
      });
      state.after = undefined;
      return body === true || otherwise === true;
    }
    case "for":
      state.after = undefined;
      return readList(node.body, open, state) || open;
    case "macro":
    case "call-block":
    case "filter-block":
      // What a macro prints stands where it is called, not where it is written.
      state.after = undefined;
      readList(node.body, false, state);
      return open && node.kind === "macro";
    case "set":
      // Some templates put a whole turn into a variable before they print it.
      state.after = undefined;
      if (node.value !== undefined) readPrinted(readNode(node.value), false, state);
      state.after = undefined;
      return open;
    case "inert":
      return open;
    case "text":
    case "number":
    case "name":
    case "member":
    case "call":
    case "keyword":
    case "filter":
    case "test":
    case "binary":
    case "unary":
    case "choice":
    case "list":
    case "mapping":
    case "slice":
    case "spread":
    case "strange":
      return readPrinted(node, open, state);
  }
}

/** Reads one printed expression: its sum from left to right. */
function readPrinted(node: TemplateNode, open: boolean, state: State): boolean {
  if (node.kind === "binary" && (node.operator === "+" || node.operator === "~")) {
    return readPrinted(readNode(node.right), readPrinted(readNode(node.left), open, state), state);
  }
  if (node.kind === "text") return readText(node.value, open, state);
  if (node.kind === "name" && node.value === "eos_token") {
    if (open) state.ends.set("", { kind: "eos" });
    return false;
  }
  if (state.after !== undefined) {
    const last = [...markersIn(state.after)].at(-1);
    if (last !== undefined) state.openers.add(last);
    state.after = undefined;
  }
  return isContent(node);
}

function readText(text: string, open: boolean, state: State): boolean {
  if (text.trim() === "") return open;
  state.after = text;
  const marker = open ? leadingToken(text.trimStart(), state.tokenizer) : undefined;
  if (marker !== undefined) state.ends.set(marker, { kind: "marker", text: marker });
  return false;
}

/** Characters of a token between angle brackets that is looked up: `<end_of_turn>`. */
const TOKEN_MAX_CHARS = 40;

function leadingToken(text: string, tokenizer: State["tokenizer"]): string | undefined {
  const added = tokenizer.added
    .filter((token) => token !== "" && text.startsWith(token))
    .reduce<string | undefined>(
      (a, b) => (a === undefined || b.length > a.length ? b : a),
      undefined,
    );
  if (added !== undefined) return added;
  const marker = markerAt(text, 0);
  if (marker !== undefined) return marker;
  const close = text.startsWith("<") ? text.indexOf(">") : -1;
  const token = close === -1 || close > TOKEN_MAX_CHARS ? undefined : text.slice(0, close + 1);
  return token !== undefined && tokenizer.has?.(token) === true ? token : undefined;
}

/** True for `message.content`, `message['content'] | trim`, a variable `content`, and methods of them. */
function isContent(node: TemplateNode): boolean {
  if (node.kind === "name") return node.value === "content";
  if (node.kind === "filter") return isContent(readNode(node.operand));
  if (node.kind === "choice") {
    return isContent(readNode(node.chosen)) || isContent(readNode(node.otherwise));
  }
  if (node.kind === "call") {
    const callee = readNode(node.callee);
    return callee.kind === "member" && isContent(readNode(callee.object));
  }
  if (node.kind !== "member") return false;
  const property = readNode(node.property);
  const named =
    (property.kind === "text" || property.kind === "name") && property.value === "content";
  return named || isContent(readNode(node.object));
}
