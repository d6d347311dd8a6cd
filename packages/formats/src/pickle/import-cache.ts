import type { GlobalValue } from "./values.ts";

/** Imports remembered for one stream; a file has a few dozen different ones, however often it uses them. */
const MOST = 1_024;

/** What a stream has imported: the same name is the same object again, as in Python. */
export class ImportCache {
  #protocol = 0;
  #count = 0;
  readonly #modules = new Map<string, Map<string, GlobalValue>>();

  get(module: string, name: string, protocol: number): GlobalValue | undefined {
    return protocol === this.#protocol ? this.#modules.get(module)?.get(name) : undefined;
  }

  /** Remembers an import while there is room. What a name means changes with the protocol: then all are forgotten. */
  add(symbol: GlobalValue, protocol: number): GlobalValue {
    if (protocol !== this.#protocol) {
      this.#modules.clear();
      this.#count = 0;
      this.#protocol = protocol;
    }
    if (this.#count >= MOST) return symbol;
    this.#count += 1;
    const { module, name } = symbol.written;
    const names = this.#modules.get(module);
    if (names === undefined) this.#modules.set(module, new Map([[name, symbol]]));
    else names.set(name, symbol);
    return symbol;
  }
}
