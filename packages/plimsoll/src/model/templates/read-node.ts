import type { TemplateNode } from "./node.ts";

/** Reads one node of the parser's tree. */
export function readNode(raw: unknown): TemplateNode {
  const type = textOf(raw, "type");
  return READERS.get(type)?.(raw) ?? { kind: "strange", type };
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
      chosen: get(raw, "trueExpr"),
      otherwise: get(raw, "falseExpr"),
    }),
  ],
  [
    "SelectExpression",
    (raw) => ({
      kind: "choice",
      condition: get(raw, "test"),
      chosen: get(raw, "lhs"),
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
