import { FormatError } from "../core/format-error.ts";
import { type LiteralToken, LiteralScanner } from "./literal-scanner.ts";

/** A value as Python source writes it, of the kinds that `ast.literal_eval` makes without running anything. */
export type PythonLiteral =
  | { readonly kind: "none" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: string }
  | { readonly kind: "tuple" | "list" | "set"; readonly items: readonly PythonLiteral[] }
  | { readonly kind: "dict"; readonly entries: readonly LiteralEntry[] };

/** One entry of a dict, in the order of the text. */
export type LiteralEntry = { readonly key: PythonLiteral; readonly value: PythonLiteral };

/**
 * Parses one Python literal that is all of `text`.
 * @throws FormatError `bad-field` for anything else; `limit` NPY_MAX_DEPTH. Offsets are of characters.
 */
export function parseLiteral(text: string, maxDepth: number): PythonLiteral {
  const parser = new LiteralParser(new LiteralScanner(text), maxDepth);
  return parser.parse();
}

class LiteralParser {
  readonly #scanner: LiteralScanner;
  readonly #maxDepth: number;
  #token: LiteralToken;
  #depth = 0;

  constructor(scanner: LiteralScanner, maxDepth: number) {
    this.#scanner = scanner;
    this.#maxDepth = maxDepth;
    this.#token = scanner.next();
  }

  parse(): PythonLiteral {
    const value = this.#value();
    if (this.#token.kind !== "end") throw this.#fault();
    return value;
  }

  #value(): PythonLiteral {
    const token = this.#token;
    switch (token.kind) {
      case "none":
        this.#advance();
        return { kind: "none" };
      case "bool":
      case "int":
      case "float":
        this.#advance();
        return token;
      case "string":
      case "bytes":
        return this.#texts(token.kind);
      case "sign":
        return this.#signed(token.isMinus);
      case "open":
        return this.#bracketed(token.bracket);
      case "close":
      case "comma":
      case "colon":
      case "end":
        throw this.#fault();
    }
  }

  /** Texts beside one another are one. */
  #texts(kind: "string" | "bytes"): PythonLiteral {
    const parts: string[] = [];
    while (this.#token.kind === kind) {
      parts.push(this.#token.value);
      this.#advance();
    }
    return { kind, value: parts.join("") };
  }

  #signed(isMinus: boolean): PythonLiteral {
    this.#advance();
    const token = this.#token;
    if (token.kind === "int") {
      this.#advance();
      return { kind: "int", value: isMinus ? -token.value : token.value };
    }
    if (token.kind !== "float") throw this.#fault();
    this.#advance();
    return { kind: "float", value: isMinus ? -token.value : token.value };
  }

  #bracketed(bracket: "(" | "[" | "{"): PythonLiteral {
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) {
      throw FormatError.limit("NPY_MAX_DEPTH", this.#maxDepth, this.#token.at);
    }
    this.#advance();
    const value = bracket === "{" ? this.#braced() : this.#listed(bracket);
    this.#depth -= 1;
    return value;
  }

  #listed(bracket: "(" | "["): PythonLiteral {
    const close = bracket === "(" ? ")" : "]";
    const items: PythonLiteral[] = [];
    let commas = 0;
    while (!this.#isClose(close)) {
      items.push(this.#value());
      if (!this.#takeComma()) break;
      commas += 1;
    }
    this.#close(close);
    const [only] = items;
    // Parentheses around one value are only that.
    if (bracket === "(" && commas === 0 && only !== undefined) return only;
    return { kind: bracket === "(" ? "tuple" : "list", items };
  }

  #braced(): PythonLiteral {
    const items: PythonLiteral[] = [];
    const entries: LiteralEntry[] = [];
    while (!this.#isClose("}")) {
      const key = this.#value();
      if (this.#token.kind === "colon") {
        this.#advance();
        entries.push({ key, value: this.#value() });
      } else items.push(key);
      if (!this.#takeComma()) break;
    }
    if (items.length > 0 && entries.length > 0) throw this.#fault();
    this.#close("}");
    return items.length > 0 ? { kind: "set", items } : { kind: "dict", entries };
  }

  #isClose(bracket: ")" | "]" | "}"): boolean {
    return this.#token.kind === "close" && this.#token.bracket === bracket;
  }

  #close(bracket: ")" | "]" | "}"): void {
    if (!this.#isClose(bracket)) throw this.#fault();
    this.#advance();
  }

  #takeComma(): boolean {
    if (this.#token.kind !== "comma") return false;
    this.#advance();
    return true;
  }

  #advance(): void {
    this.#token = this.#scanner.next();
  }

  #fault(): FormatError {
    return new FormatError("bad-field", "this is no Python literal", { offset: this.#token.at });
  }
}
