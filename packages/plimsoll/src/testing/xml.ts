/** An element of an XML document. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
};

/** What XML 1.0 may hold at all (section 2.2, Char). */
const LEGAL = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<\/?[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*>|[^<]+/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Reads a small XML document strictly, for tests: whatever is not well-formed throws. */
export function parseXml(text: string): XmlElement {
  if (!LEGAL.test(text)) throw new Error("a character that XML cannot hold");
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.join("") !== text) throw new Error("not well-formed");
  const content = tokens.filter((token) => !/^<[!?]/u.test(token));
  const { element, rest } = elementFrom(
    content.slice(content.findIndex((one) => one.trim() !== "")),
  );
  if (rest.some((token) => token.trim() !== "")) throw new Error("more than one root");
  return element;
}

function elementFrom(tokens: readonly string[]): { element: XmlElement; rest: readonly string[] } {
  const [head = "", ...tail] = tokens;
  const match = /^<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>$/u.exec(head);
  if (match === null) throw new Error(`no element: ${head.slice(0, 80)}`);
  const [, name = "", list = "", isEmpty] = match;
  const attributes = attributesFrom(list);
  if (isEmpty === "/") return { element: { name, attributes, children: [], text: "" }, rest: tail };
  const children: XmlElement[] = [];
  let words = "";
  let rest: readonly string[] = tail;
  for (;;) {
    const [next] = rest;
    if (next === undefined) throw new Error(`<${name}> is not closed`);
    if (next.replaceAll(/\s/gu, "") === `</${name}>`) break;
    if (next.startsWith("<")) {
      const inner = elementFrom(rest);
      children.push(inner.element);
      rest = inner.rest;
    } else {
      words += decode(next);
      rest = rest.slice(1);
    }
  }
  return { element: { name, attributes, children, text: words }, rest: rest.slice(1) };
}

function attributesFrom(list: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single] of list.matchAll(
    /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu,
  )) {
    if (attributes.has(name)) throw new Error(`${name} stands twice`);
    attributes.set(name, decode(double ?? single ?? ""));
  }
  return attributes;
}

function decode(text: string): string {
  const known = text.replaceAll(/&(\w+);/gu, (whole, name: string) => ENTITIES[name] ?? whole);
  if (/&(?!amp|#)/u.test(text.replaceAll(/&(?:amp|lt|gt|quot|apos);/gu, ""))) {
    throw new Error(`a bare ampersand: ${text.slice(0, 80)}`);
  }
  return known;
}

/**
 * Holds a document against an XML Schema, as far as the two JUnit schemas go: order and number of children,
 * attributes that are required or unknown, and the simple types they name. Returns every fault as a sentence.
 */
export function xsdFaults(schemaText: string, documentText: string): string[] {
  const schema = parseXml(schemaText);
  const root = parseXml(documentText);
  const declared = childNamed(schema, "element", root.name);
  if (declared === undefined) return [`<${root.name}> is no root of this schema`];
  return elementFaults(root, declared, schema);
}

/** What a complex type says, with what it extends put before it. */
type Content = {
  readonly pattern: string;
  readonly parts: readonly XmlElement[];
  readonly attributes: readonly XmlElement[];
  readonly hasText: boolean;
};

function elementFaults(element: XmlElement, declared: XmlElement, schema: XmlElement): string[] {
  const definition = resolved(declared, schema);
  const complex = complexOf(definition, schema);
  if (complex === undefined)
    return element.children.length > 0 ? [`<${element.name}> holds elements`] : [];
  const content = contentOf(complex, schema);
  const names = element.children.map(({ name }) => `<${name}>`).join("");
  const faults = attributeFaults(element, content.attributes, schema);
  if (!new RegExp(`^${content.pattern}$`, "u").test(names)) {
    faults.push(`<${element.name}> must hold ${content.pattern}, and holds ${names}`);
  }
  if (!content.hasText && element.text.trim() !== "") faults.push(`<${element.name}> holds text`);
  for (const child of element.children) {
    const part = content.parts.find((one) => nameOf(one) === child.name);
    if (part !== undefined) faults.push(...elementFaults(child, part, schema));
  }
  return faults;
}

function resolved(declared: XmlElement, schema: XmlElement): XmlElement {
  const reference = declared.attributes.get("ref");
  if (reference === undefined) return declared;
  return childNamed(schema, "element", reference) ?? declared;
}

function complexOf(element: XmlElement, schema: XmlElement): XmlElement | undefined {
  const named = element.attributes.get("type");
  return named === undefined
    ? child(element, "complexType")
    : childNamed(schema, "complexType", named);
}

function contentOf(complex: XmlElement, schema: XmlElement): Content {
  const derived = child(complex, "complexContent") ?? child(complex, "simpleContent");
  const extension = derived === undefined ? undefined : child(derived, "extension");
  const base =
    extension === undefined
      ? undefined
      : childNamed(schema, "complexType", extension.attributes.get("base") ?? "");
  const inherited = base === undefined ? undefined : contentOf(base, schema);
  const own = extension ?? complex;
  const groups = own.children.filter((one) => isNamed(one, "sequence") || isNamed(one, "choice"));
  return {
    pattern: (inherited?.pattern ?? "") + groups.map((group) => patternOf(group)).join(""),
    parts: [...(inherited?.parts ?? []), ...groups.flatMap(elementsIn)],
    attributes: [
      ...(inherited?.attributes ?? []),
      ...own.children.filter((one) => isNamed(one, "attribute")),
    ],
    hasText:
      complex.attributes.get("mixed") === "true" || child(complex, "simpleContent") !== undefined,
  };
}

/** A content model as a pattern over the names of children. */
function patternOf(particle: XmlElement): string {
  const { attributes } = particle;
  const least = attributes.get("minOccurs") ?? "1";
  const most = attributes.get("maxOccurs") ?? "1";
  const times = `{${least},${most === "unbounded" ? "" : most}}`;
  if (isNamed(particle, "element")) return `(?:<${nameOf(particle)}>)${times}`;
  const inner = particle.children.filter((one) => /:(?:element|sequence|choice)$/u.test(one.name));
  const joined = inner.map(patternOf).join(isNamed(particle, "choice") ? "|" : "");
  return `(?:${joined})${times}`;
}

function elementsIn(particle: XmlElement): readonly XmlElement[] {
  if (isNamed(particle, "element")) return [particle];
  return particle.children.flatMap(elementsIn);
}

function attributeFaults(
  element: XmlElement,
  declared: readonly XmlElement[],
  schema: XmlElement,
): string[] {
  const faults = declared
    .filter(
      (one) => one.attributes.get("use") === "required" && !element.attributes.has(nameOf(one)),
    )
    .map((one) => `<${element.name}> lacks ${nameOf(one)}`);
  for (const [name, value] of element.attributes) {
    const one = declared.find((attribute) => nameOf(attribute) === name);
    if (one === undefined) faults.push(`<${element.name}> has no attribute ${name}`);
    else if (!isOfType(value, one, schema)) faults.push(`${name}="${value}" is of another type`);
  }
  return faults;
}

const BUILT_IN: Readonly<Record<string, RegExp>> = {
  "xs:int": /^[+-]?\d+$/u,
  "xs:decimal": /^[+-]?(?:\d+\.?\d*|\.\d+)$/u,
  // White space of a token is collapsed before it is compared, so that any is allowed.
  "xs:token": /^[\s\S]*$/u,
  "xs:string": /^[\s\S]*$/u,
  "xs:dateTime": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/u,
};

function isOfType(value: string, declared: XmlElement, schema: XmlElement): boolean {
  const named = declared.attributes.get("type") ?? declared.attributes.get("base");
  const simple =
    named === undefined ? child(declared, "simpleType") : childNamed(schema, "simpleType", named);
  if (simple === undefined) return (BUILT_IN[named ?? ""] ?? /^$/u).test(value);
  const restriction = child(simple, "restriction");
  if (restriction === undefined) return false;
  return (
    isOfType(value, restriction, schema) &&
    restriction.children.every((facet) => {
      const wanted = facet.attributes.get("value") ?? "";
      if (isNamed(facet, "pattern")) return new RegExp(`^(?:${wanted})$`, "u").test(value);
      return !isNamed(facet, "minLength") || value.trim().length >= Number(wanted);
    })
  );
}

function nameOf(element: XmlElement): string {
  return element.attributes.get("name") ?? element.attributes.get("ref") ?? "";
}

function isNamed(element: XmlElement, kind: string): boolean {
  return element.name === `xs:${kind}`;
}

function child(element: XmlElement, kind: string): XmlElement | undefined {
  return element.children.find((one) => isNamed(one, kind));
}

function childNamed(element: XmlElement, kind: string, name: string): XmlElement | undefined {
  return element.children.find((one) => isNamed(one, kind) && one.attributes.get("name") === name);
}
