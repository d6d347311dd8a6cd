/** One field of the configuration, as its schema tells it. */
export type Leaf = {
  /** Names from the top, joined by dots; `NAME` where a person chooses one. */
  readonly path: string;
  readonly type: string;
  readonly limits: string;
  readonly fallback: string;
  readonly means: string;
};

/** What of a JSON Schema is looked at. */
type Schema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly pattern?: string;
} & Readonly<Partial<Record<(typeof BOUNDS)[number][0], number>>>;

/** Bounds of JSON Schema, and how they are said. */
const BOUNDS = [
  ["minimum", "≥ "],
  ["maximum", "≤ "],
  ["minLength", "characters ≥ "],
  ["maxLength", "characters ≤ "],
  ["minItems", "entries ≥ "],
  ["maxItems", "entries ≤ "],
  ["maxProperties", "entries ≤ "],
] as const;

/** Patterns that have a name of their own. */
const NAMED: Readonly<Record<string, string>> = {
  "^\\d{1,6}(?:ms|s|m|h)$": "time",
  "^\\d{1,6}(?:s|m|h|d)$": "time",
  "^[\\w.@:/-]{1,200}$": "name",
};

/** Every field that a person may write, in the order of the schema. */
export function readLeaves(schema: Schema): readonly Leaf[] {
  return [...leavesOf(schema, "", false)].filter(({ path }) => path !== "$schema");
}

function* leavesOf(schema: Schema, path: string, isRequired: boolean): Generator<Leaf> {
  const { properties, additionalProperties, anyOf = [] } = schema;
  const objects = anyOf.filter((one) => one.properties !== undefined);
  if (objects.length > 0 && objects.length < anyOf.length) {
    // A word for the short form, or an object for all of it.
    yield leafOf(
      { ...schema, anyOf: anyOf.filter((one) => !objects.includes(one)) },
      path,
      isRequired,
    );
    for (const one of objects) yield* leavesOf(one, path, false);
  } else if (properties !== undefined) {
    for (const [name, own] of Object.entries(properties)) {
      const at = path === "" ? name : `${path}.${name}`;
      yield* leavesOf(own, at, schema.required?.includes(name) === true);
    }
  } else if (typeof additionalProperties === "object") {
    if (schema.description !== undefined) yield leafOf(schema, path, isRequired);
    yield* leavesOf(additionalProperties, `${path}.NAME`, false);
  } else if (schema.items?.properties !== undefined) {
    yield leafOf(schema, path, isRequired);
    yield* leavesOf(schema.items, `${path}[]`, false);
  } else yield leafOf(schema, path, isRequired);
}

function leafOf(schema: Schema, path: string, isRequired: boolean): Leaf {
  const { description = "" } = schema;
  const [, means = description, fallback = ""] = /^(.*?) ?Default: (.*)$/su.exec(description) ?? [];
  return {
    path,
    type: typeOf(schema),
    limits: limitsOf(schema.items === undefined ? schema : { ...schema.items, ...schema }),
    fallback: isRequired ? "must be given" : fallback.replace(/\.$/u, ""),
    means: means.trim(),
  };
}

function typeOf(schema: Schema): string {
  const { anyOf, items, pattern = "", type = "value" } = schema;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(", ");
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(" or ");
  if (items !== undefined)
    return `list of ${items.properties === undefined ? typeOf(items) : "entries"}`;
  if (schema.properties !== undefined) {
    return `\`{ ${Object.keys(schema.properties).join(", ")} }\``;
  }
  if (type === "object") return "entries by name";
  return NAMED[pattern] ?? (type === "string" ? "text" : type);
}

function limitsOf(schema: Schema): string {
  const bounds = BOUNDS.flatMap(([key, words]) => {
    const bound = schema[key];
    return bound === undefined ? [] : [`${words}${bound.toLocaleString("en")}`];
  });
  const { pattern } = schema;
  if (pattern !== undefined && NAMED[pattern] === undefined) bounds.push(`\`${pattern}\``);
  return bounds.join(", ");
}
