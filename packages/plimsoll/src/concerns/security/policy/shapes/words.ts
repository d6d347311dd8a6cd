import type { PickleValue } from "@plimsoll/formats";

import type { Shape } from "./schema.ts";

/** Characters of a foreign name within a description. */
const SHOWN = 60;

/** A short name of a value for a message. */
export function describeValue(value: PickleValue): string {
  if (value.kind === "global") return cut(`${value.module}.${value.name}`);
  if (value.kind === "call" && value.callee.kind === "global") {
    return `an instance of ${cut(`${value.callee.module}.${value.callee.name}`)}`;
  }
  if (value.kind === "call") return "the result of a call";
  if (value.kind === "persid") return "an object of the loader";
  if (value.kind === "none") return "None";
  return `${/^[aeiou]/u.test(value.kind) ? "an" : "a"} ${value.kind}`;
}

/** What a shape asks for, for a message. */
export function describeShape(shape: Shape): string {
  if (typeof shape === "string") return ATOM_WORDS[shape];
  if ("text" in shape) return shape.text.map((text) => JSON.stringify(text)).join(" or ");
  if ("begins" in shape) return "one of the reviewed texts";
  if ("is" in shape) return shape.is.join(" or ");
  if ("class" in shape) return shape.class.length === 1 ? `${shape.class[0]}` : "a listed class";
  if ("class-of" in shape) return "a listed class";
  if ("list" in shape) return `a list of ${describeShape(shape.list)}`;
  if ("tuple" in shape) return `a tuple of ${shape.tuple.length}`;
  if ("dict" in shape) return "a dict";
  if ("either" in shape) return shape.either.map((one) => describeShape(one)).join(" or ");
  if ("frozen" in shape) return describeShape(shape.frozen);
  return "plain data";
}

const ATOM_WORDS = {
  none: "None",
  bool: "a bool",
  int: "an integer",
  count: "an integer from 0",
  number: "a number",
  text: "a text",
  bytes: "bytes",
  ints: "integers",
  plain: "plain data",
  any: "anything",
  pairs: "pairs",
  payload: "a text or bytes",
  pickle: "a pickle",
  attributes: "a dict of attributes",
  "empty-ordered-dict": "an empty OrderedDict",
  "args-of-first": "the arguments of the first argument",
} as const;

function cut(name: string): string {
  return name.length <= SHOWN ? name : `${name.slice(0, SHOWN)}…`;
}
