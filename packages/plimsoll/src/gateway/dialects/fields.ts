import type { Json, JsonObject } from "../../kernel/json.ts";

/** Problems told of one body: the first ones are what a person mends first. */
const PROBLEMS_MAX = 5;

/** Characters of a field's name that are told: it may be as long as the body (CWE-770). */
const NAME_SHOWN = 100;

/** What is wrong with a body, in sentences, and the first field that it is about. */
export class Problems {
  readonly #told: string[] = [];
  #param: string | undefined;

  add(name: string, sentence: string): void {
    const param = name.length > NAME_SHOWN ? `${name.slice(0, NAME_SHOWN)}…` : name;
    this.#param ??= param;
    if (this.#told.length < PROBLEMS_MAX) this.#told.push(`${param} ${sentence}`);
  }

  get isEmpty(): boolean {
    return this.#told.length === 0;
  }

  get param(): string {
    return this.#param ?? "";
  }

  get message(): string {
    return `${this.#told.join("; ")}.`;
  }
}

/**
 * Reads the fields of one JSON object by hand, and remembers which were asked for.
 *
 * A field that is null counts as absent, as clients write it. What is wrong is added to the problems, and the
 * field then counts as absent: the caller looks at the problems once, at the end.
 */
export class Fields {
  readonly #object: JsonObject;
  readonly #at: string;
  readonly #problems: Problems;
  readonly #asked = new Set<string>();

  constructor(object: JsonObject, at: string, problems: Problems) {
    this.#object = object;
    this.#at = at;
    this.#problems = problems;
  }

  /** The place of a field as a person names it. */
  at(name: string): string {
    return this.#at === "" ? name : `${this.#at}.${name}`;
  }

  problem(name: string, sentence: string): void {
    this.#problems.add(this.at(name), sentence);
  }

  /** The names that the object has; asking for them asks for none of them. */
  names(): readonly string[] {
    return Object.keys(this.#object);
  }

  has(name: string): boolean {
    return this.#raw(name) !== undefined;
  }

  /** The field as it is; undefined when it is absent or null. */
  json(name: string): Json | undefined {
    return this.#raw(name);
  }

  text(name: string): string | undefined {
    const value = this.#raw(name);
    if (value === undefined || typeof value === "string") return value;
    this.problem(name, "must be a text");
    return undefined;
  }

  /** A text that must be there and not empty. */
  needed(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") this.problem(name, "must be given");
    return value ?? "";
  }

  number(name: string, min: number, max: number): number | undefined {
    const value = this.#raw(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= min && value <= max) return value;
    this.problem(name, `must be a number from ${min} to ${max}`);
    return undefined;
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.#raw(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) {
      return value;
    }
    this.problem(name, `must be a whole number from ${min} to ${max}`);
    return undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.#raw(name);
    if (value === undefined || typeof value === "boolean") return value;
    this.problem(name, "must be true or false");
    return undefined;
  }

  object(name: string): JsonObject | undefined {
    const value = this.#raw(name);
    if (value === undefined || isObject(value)) return value;
    this.problem(name, "must be an object");
    return undefined;
  }

  /** The fields of an object within. */
  fields(name: string): Fields | undefined {
    const value = this.object(name);
    return value === undefined ? undefined : new Fields(value, this.at(name), this.#problems);
  }

  list(name: string, max: number): readonly Json[] | undefined {
    const value = this.#raw(name);
    if (value === undefined) return undefined;
    if (!isList(value)) this.problem(name, "must be a list");
    else if (value.length > max) this.problem(name, `may have ${max} items at most`);
    else return value;
    return undefined;
  }

  /** The objects of a list, each with its fields. */
  objects(name: string, max: number): readonly Fields[] | undefined {
    const items = this.list(name, max);
    const fields: Fields[] = [];
    for (const [index, item] of items?.entries() ?? []) {
      const at = `${this.at(name)}[${index}]`;
      if (isObject(item)) fields.push(new Fields(item, at, this.#problems));
      else this.#problems.add(at, "must be an object");
    }
    return items === undefined ? undefined : fields;
  }

  texts(name: string, max: number): readonly string[] | undefined {
    const items = this.list(name, max);
    if (items === undefined) return undefined;
    const texts = items.filter((item) => typeof item === "string");
    if (texts.length === items.length) return texts;
    this.problem(name, "must be a list of texts");
    return undefined;
  }

  /** The fields that nobody asked for; null ones left out. */
  rest(): Readonly<Record<string, Json>> {
    const entries: [string, Json][] = [];
    for (const [name, value] of Object.entries(this.#object)) {
      if (!this.#asked.has(name) && value !== undefined && value !== null) {
        entries.push([name, value]);
      }
    }
    return Object.fromEntries(entries);
  }

  #raw(name: string): Json | undefined {
    this.#asked.add(name);
    if (!Object.hasOwn(this.#object, name)) return undefined;
    return this.#object[name] ?? undefined;
  }
}

/** True for an object that is no list. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
