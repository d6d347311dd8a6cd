/** A call's or macro's argument by name. */
export type KeywordNode = { readonly kind: "keyword"; readonly name: string; readonly value: unknown };

/**
 * One node of a template's syntax tree, read one level deep: members called `unknown` here are nodes
 * still to be read. Kinds follow the parser of `@huggingface/jinja`.
 *
 * @see https://github.com/huggingface/huggingface.js/blob/main/packages/jinja/src/ast.ts (0.5.11, read 2026-11-25)
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
      readonly then: unknown;
      readonly otherwise: unknown;
    }
  | { readonly kind: "list"; readonly items: readonly unknown[] }
  | { readonly kind: "mapping"; readonly keys: readonly unknown[]; readonly values: readonly unknown[] }
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

/** Reads one node of the parser's tree. */
export function readNode(raw: unknown): TemplateNode {
  const type = textOf(raw, "type");
  return READERS.get(type)?.(raw) ?? { kind: "strange", type };
}

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
      return [node.condition, node.then, ...present(node.otherwise)];
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

const READERS: ReadonlyMap<string, (raw: unknown) => TemplateNode> = new Map<
  string,
  (raw: unknown) => TemplateNode
>([
  ["StringLiteral", (raw) => ({ kind: "text", value: textOf(raw, "value") })],
  ["IntegerLiteral", (raw) => ({ kind: "number", value: Number(get(raw, "value")) })],
  ["FloatLiteral", (raw) => ({ kind: "number", value: Number(get(raw, "value")) })],
  ["Identifier", (raw) => ({ kind: "name", value: textOf(raw, "value") })],
  [
    "MemberExpression",
    (raw) => ({
      kind: "member",
      object: get(raw, "object"),
      property: get(raw, "property"),
      computed: get(raw, "computed") === true,
    }),
  ],
  [
    "CallExpression",
    (raw) => ({ kind: "call", callee: get(raw, "callee"), args: listOf(raw, "args") }),
  ],
  [
    "KeywordArgumentExpression",
    (raw) => ({
      kind: "keyword",
      name: textOf(get(raw, "key"), "value"),
      value: get(raw, "value"),
    }),
  ],
  [
    "FilterExpression",
    (raw) => ({ kind: "filter", operand: get(raw, "operand"), filter: get(raw, "filter") }),
  ],
  [
    "TestExpression",
    (raw) => ({
      kind: "test",
      operand: get(raw, "operand"),
      test: textOf(get(raw, "test"), "value"),
    }),
  ],
  [
    "BinaryExpression",
    (raw) => ({
      kind: "binary",
      operator: textOf(get(raw, "operator"), "value"),
      left: get(raw, "left"),
      right: get(raw, "right"),
    }),
  ],
  [
    "UnaryExpression",
    (raw) => ({
      kind: "unary",
      operator: textOf(get(raw, "operator"), "value"),
      operand: get(raw, "argument"),
    }),
  ],
  [
    "Ternary",
    (raw) => ({
      kind: "choice",
      condition: get(raw, "condition"),
      then: get(raw, "trueExpr"),
      otherwise: get(raw, "falseExpr"),
    }),
  ],
  [
    "SelectExpression",
    (raw) => ({
      kind: "choice",
      condition: get(raw, "test"),
      then: get(raw, "lhs"),
      otherwise: undefined,
    }),
  ],
  ["ArrayLiteral", (raw) => ({ kind: "list", items: listOf(raw, "value") })],
  ["TupleLiteral", (raw) => ({ kind: "list", items: listOf(raw, "value") })],
  ["ObjectLiteral", readMapping],
  [
    "SliceExpression",
    (raw) => ({
      kind: "slice",
      parts: ["start", "stop", "step"].flatMap((key) => present(get(raw, key))),
    }),
  ],
  ["SpreadExpression", (raw) => ({ kind: "spread", operand: get(raw, "argument") })],
  ["KeywordSpreadExpression", (raw) => ({ kind: "spread", operand: get(raw, "argument") })],
  ...statementReaders(),
]);

function* statementReaders(): Generator<[string, (raw: unknown) => TemplateNode]> {
  yield [
    "Set",
    (raw) => ({
      kind: "set",
      target: get(raw, "assignee"),
      value: get(raw, "value") ?? undefined,
      body: listOf(raw, "body"),
    }),
  ];
  yield [
    "If",
    (raw) => ({
      kind: "if",
      condition: get(raw, "test"),
      body: listOf(raw, "body"),
      otherwise: listOf(raw, "alternate"),
    }),
  ];
  yield [
    "For",
    (raw) => ({
      kind: "for",
      target: get(raw, "loopvar"),
      iterable: get(raw, "iterable"),
      body: listOf(raw, "body"),
      otherwise: listOf(raw, "defaultBlock"),
    }),
  ];
  yield [
    "Macro",
    (raw) => ({
      kind: "macro",
      name: textOf(get(raw, "name"), "value"),
      parameters: listOf(raw, "args"),
      body: listOf(raw, "body"),
    }),
  ];
  yield [
    "CallStatement",
    (raw) => ({
      kind: "call-block",
      call: get(raw, "call"),
      parameters: listOf(raw, "callerArgs"),
      body: listOf(raw, "body"),
    }),
  ];
  yield [
    "FilterStatement",
    (raw) => ({ kind: "filter-block", filter: get(raw, "filter"), body: listOf(raw, "body") }),
  ];
  for (const type of ["Comment", "Break", "Continue"]) yield [type, () => ({ kind: "inert" })];
}

function readMapping(raw: unknown): TemplateNode {
  const held = get(raw, "value");
  const map: ReadonlyMap<unknown, unknown> = held instanceof Map ? held : new Map();
  return { kind: "mapping", keys: [...map.keys()], values: [...map.values()] };
}

function get(raw: unknown, key: string): unknown {
  return typeof raw === "object" && raw !== null ? Reflect.get(raw, key) : undefined;
}

function textOf(raw: unknown, key: string): string {
  const value = get(raw, key);
  return typeof value === "string" ? value : "";
}

function listOf(raw: unknown, key: string): readonly unknown[] {
  const value = get(raw, key);
  return Array.isArray(value) ? value : [];
}

function present(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}
