import type { HomeEnvironment } from "../config/home.ts";

/** What a verb may touch of the process it runs in. */
export type VerbContext = {
  readonly cwd: string;
  readonly where: HomeEnvironment;
  readonly now: Date;
  /** Folder that holds `knowledge/`, in a checkout and in an installed package alike. */
  readonly packageRoot: string;
  readonly stdout: Output;
  readonly stderr: Output;
};

/** Where text goes. */
export type Output = {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Width in columns; 80 when it is not a terminal. */
  readonly columns: number;
  readonly hasColour: boolean;
  /** False where the locale cannot show more than ASCII. */
  readonly hasUnicode: boolean;
};

/** An option of a verb, in commander's notation. */
export type VerbOption = {
  readonly flags: string;
  readonly help: string;
  /** True when it may be given again; its value then is the list of what was given. */
  readonly repeats?: boolean;
};

/** What a person typed, parsed. */
export type VerbInput = {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
};

/** One verb of the command line. */
export type Verb = {
  readonly name: string;
  readonly group: "Begin" | "Choose" | "Get and make" | "Measure" | "Serve" | "Keep watch";
  readonly summary: string;
  /** Arguments in commander's notation: `<path>`. */
  readonly arguments: readonly { readonly name: string; readonly help: string }[];
  readonly options: readonly VerbOption[];
  /** Lines shown below the help. */
  readonly examples: readonly string[];
  /** Does the work and returns the exit code. */
  readonly run: (input: VerbInput, context: VerbContext) => Promise<number>;
};

/** A verb as the registry holds it. */
export type VerbEntry = Pick<Verb, "name" | "group" | "summary"> & {
  readonly load: () => Promise<Verb>;
};

/** Defines a verb; a verb's `command.ts` exports this by default. */
export function defineVerb(verb: Verb): Verb {
  return verb;
}
