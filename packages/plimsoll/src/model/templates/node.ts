/** A call's or macro's argument by name. */
export type KeywordNode = {
  readonly kind: "keyword";
  readonly name: string;
  readonly value: unknown;
};

/**
 * One node of a template's syntax tree, read one level deep: members called `unknown` here are nodes
 * still to be read. Kinds follow the parser of `@huggingface/jinja`.
 *
 * @see https://www.npmjs.com/package/@huggingface/jinja/v/0.5.11 src/ast.ts (read 2026-11-25)
 */
export type TemplateNode =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly value: string }
  | {
      readonly kind: "member";
      readonly object: unknown;
      readonly property: unknown;
      readonly computed: boolean;
    }
  | { readonly kind: "call"; readonly callee: unknown; readonly args: readonly unknown[] }
  | KeywordNode
  | { readonly kind: "filter"; readonly operand: unknown; readonly filter: unknown }
  | { readonly kind: "test"; readonly operand: unknown; readonly test: string }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: unknown;
      readonly right: unknown;
    }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: unknown }
  | {
      readonly kind: "choice";
      readonly condition: unknown;
      readonly chosen: unknown;
      readonly otherwise: unknown;
    }
  | { readonly kind: "list"; readonly items: readonly unknown[] }
  | {
      readonly kind: "mapping";
      readonly keys: readonly unknown[];
      readonly values: readonly unknown[];
    }
  | { readonly kind: "slice"; readonly parts: readonly unknown[] }
  | { readonly kind: "spread"; readonly operand: unknown }
  | {
      readonly kind: "set";
      readonly target: unknown;
      readonly value: unknown;
      readonly body: readonly unknown[];
    }
  | {
      readonly kind: "if";
      readonly condition: unknown;
      readonly body: readonly unknown[];
      readonly otherwise: readonly unknown[];
    }
  | {
      readonly kind: "for";
      readonly target: unknown;
      readonly iterable: unknown;
      readonly body: readonly unknown[];
      readonly otherwise: readonly unknown[];
    }
  | {
      readonly kind: "macro";
      readonly name: string;
      readonly parameters: readonly unknown[];
      readonly body: readonly unknown[];
    }
  | {
      readonly kind: "call-block";
      readonly call: unknown;
      readonly parameters: readonly unknown[];
      readonly body: readonly unknown[];
    }
  | { readonly kind: "filter-block"; readonly filter: unknown; readonly body: readonly unknown[] }
  /** Comments, `break` and `continue`: nothing is computed. */
  | { readonly kind: "inert" }
  /** A node of a kind that this version does not know. */
  | { readonly kind: "strange"; readonly type: string };

/** The nodes directly below one, in the order of the text. */
export function childrenOf(node: TemplateNode): readonly unknown[] {
  switch (node.kind) {
    case "text":
    case "number":
    case "name":
    case "inert":
    case "strange":
      return [];
    case "member":
      return [node.object, node.property];
    case "call":
      return [node.callee, ...node.args];
    case "keyword":
      return [node.value];
    case "filter":
      return [node.operand, node.filter];
    case "test":
    case "unary":
    case "spread":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "choice":
      return [node.condition, node.chosen, ...present(node.otherwise)];
    case "list":
      return node.items;
    case "mapping":
      return [...node.keys, ...node.values];
    case "slice":
      return node.parts;
    case "set":
      return [node.target, ...present(node.value), ...node.body];
    case "if":
      return [node.condition, ...node.body, ...node.otherwise];
    case "for":
      return [node.target, node.iterable, ...node.body, ...node.otherwise];
    case "macro":
      return [...node.parameters, ...node.body];
    case "call-block":
      return [node.call, ...node.parameters, ...node.body];
    case "filter-block":
      return [node.filter, ...node.body];
  }
}

function present(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}
