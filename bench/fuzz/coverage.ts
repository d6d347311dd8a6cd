import { Session, type Profiler } from "node:inspector";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Blocks of a reader's code: stretches between the places where V8 counts. */
export type Blocks = { readonly covered: number; readonly total: number };

type Script = {
  /** 1 for each character of source that ran. */
  covered: Uint8Array;
  /** 1 for each that lies in a function: what runs while a module loads is not counted. */
  inside: Uint8Array;
  readonly edges: Set<number>;
};

/** What ran of one script between two looks. */
export type Run = { readonly script: Script; readonly ran: Uint8Array };

/**
 * Which code ran, by V8's own block counters, without any change to the code.
 *
 * Start it before the code is loaded: functions of modules that were loaded before are unknown until
 * they run.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #root: string;
  #prefixes: readonly string[] = [];
  readonly #scripts = new Map<string, Script>();
  #runs: Run[] = [];

  /** Begins to count. */
  constructor(root: string) {
    this.#root = root;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Names the code that is looked at, by beginnings of paths from the root, and learns its functions. */
  follow(code: readonly string[]): void {
    this.#prefixes = code.map((path) => pathToFileURL(join(this.#root, path)).href);
    this.look();
  }

  /** True when something ran, since the last look, that never ran before `admit` was last called. */
  look(): boolean {
    this.#runs = [];
    // The answer comes before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (_, answer) => {
      for (const script of answer.result) {
        if (this.#prefixes.some((prefix) => script.url.startsWith(prefix))) {
          this.#runs.push(this.#enter(script));
        }
      }
    });
    return this.#runs.some(isNew);
  }

  /** What the last look saw. */
  get seen(): readonly Run[] {
    return this.#runs;
  }

  /** Counts as known what a look saw. */
  admit(runs: readonly Run[]): void {
    for (const { script, ran } of runs) {
      for (let at = 0; at < ran.length; at += 1) {
        if (ran[at] === 1) script.covered[at] = 1;
      }
    }
  }

  /** What ran of the code so far. */
  get blocks(): Blocks {
    let covered = 0;
    let total = 0;
    for (const script of this.#scripts.values()) {
      const edges = [...script.edges].toSorted((a, b) => a - b);
      for (const edge of edges) {
        if (script.inside[edge] !== 1) continue;
        total += 1;
        covered += script.covered[edge] ?? 0;
      }
    }
    return { covered, total };
  }

  /** Ends the counting, which slows all code down. */
  stop(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }

  /** Functions and ranges come from the outside in: the last one that holds a character counts it. */
  #enter({ url, functions }: Profiler.ScriptCoverage): Run {
    const ranges = functions.filter(isNoModule).flatMap((one) => one.ranges);
    const length = ranges.reduce((end, { endOffset }) => Math.max(end, endOffset), 0);
    const script = this.#scriptOf(url, length);
    const ran = new Uint8Array(length);
    for (const { startOffset, endOffset, count } of ranges) {
      ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
      script.inside.fill(1, startOffset, endOffset);
      script.edges.add(startOffset).add(endOffset);
    }
    return { script, ran };
  }

  #scriptOf(url: string, length: number): Script {
    const known = this.#scripts.get(url);
    const script = known ?? {
      covered: new Uint8Array(length),
      inside: new Uint8Array(length),
      edges: new Set<number>(),
    };
    if (script.covered.length < length) {
      script.covered = grown(script.covered, length);
      script.inside = grown(script.inside, length);
    }
    this.#scripts.set(url, script);
    return script;
  }
}

function isNew({ script, ran }: Run): boolean {
  return ran.some((one, at) => one === 1 && script.covered[at] === 0);
}

function isNoModule({ functionName, ranges }: Profiler.FunctionCoverage): boolean {
  return functionName !== "" || (ranges[0]?.startOffset ?? 0) > 0;
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}
