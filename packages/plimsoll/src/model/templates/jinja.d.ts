/**
 * What this product uses of the interpreter: the declarations that it ships import each other without
 * extensions, which Node's module resolution does not find, so that everything would be `any`.
 *
 * @see https://www.npmjs.com/package/@huggingface/jinja/v/0.5.11 src/runtime.ts (read 2026-11-25)
 */
declare module "@huggingface/jinja" {
  export type Node = { readonly type: string };
  export type Program = Node & { readonly body: readonly unknown[] };
  export type Value = {
    readonly type: string;
    value: unknown;
    readonly builtins: ReadonlyMap<string, Value>;
  };

  export function tokenize(
    source: string,
    options?: { readonly lstrip_blocks?: boolean; readonly trim_blocks?: boolean },
  ): unknown[];
  /** @throws SyntaxError, and RangeError for nesting that overflows the stack. */
  export function parse(tokens: readonly unknown[]): Program;

  export class Environment {
    readonly variables: ReadonlyMap<string, Value>;
    set(name: string, value: unknown): Value;
    lookupVariable(name: string): Value;
  }

  export class Interpreter {
    constructor(environment: Environment);
    run(program: Program): Value;
    evaluate(node: Node | undefined, environment: Environment): Value;
  }
}
