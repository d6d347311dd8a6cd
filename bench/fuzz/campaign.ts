import { createHash } from "node:crypto";

import { countAllocations } from "./allocations.ts";
import type { Coverage } from "./coverage.ts";
import { runWithin } from "./deadline.ts";
import { examine } from "./examine.ts";
import { finding, type Finding } from "./finding.ts";
import { minimise } from "./minimise.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { KIB, type FuzzTarget } from "./target.ts";

/** A finding with the smallest file that shows it. */
export type Broken = Finding & {
  readonly bytes: Uint8Array;
  /** Files that showed it. */
  hits: number;
};

/** How long to go on, and how. */
export type CampaignOptions = {
  readonly seed: number;
  /** Most files to read. */
  readonly runs: number;
  /** Asked between batches. */
  readonly shouldStop: (progress: Progress) => boolean;
  /** Without one, every file that is no seed comes from a seed: what a test runs. */
  readonly coverage?: Coverage;
};

/** Where a campaign is. */
export type Progress = {
  readonly executions: number;
  readonly corpus: number;
  readonly findings: number;
};

/** What a campaign came to. */
export type CampaignResult = Progress & {
  readonly broken: readonly Broken[];
  /** SHA-256 of all files in their order: equal for equal seeds. */
  readonly digest: string;
};

/** Files between two looks at the coverage: a look costs as much as some fifty files. */
const BATCH = 64;

/** One file in so many is looked at closely. */
const DEEP_EVERY = 16;

/** Longest file made. */
const FILE_MOST = 32 * KIB;

/** A batch that takes longer has met a loop without end. */
const BATCH_MS = 60_000;

/** Different findings after which a reader needs mending more than fuzzing. */
const FINDINGS_MOST = 40;

/** Files kept; later ones replace the oldest that are no seeds. */
const CORPUS_MOST = 4_000;

/** Reads mutated files, keeps those that reach new code, and collects what breaks. */
export async function runCampaign(
  target: FuzzTarget,
  options: CampaignOptions,
): Promise<CampaignResult> {
  const campaign = new Campaign(target, options);
  try {
    campaign.sow();
    while (!campaign.isOver && !options.shouldStop(campaign.progress)) {
      campaign.runBatch();
      // Signals are heard between batches.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    return campaign.result();
  } finally {
    campaign.close();
  }
}

class Campaign {
  readonly #target: FuzzTarget;
  readonly #options: CampaignOptions;
  readonly #random: Random;
  readonly #allocations = countAllocations();
  readonly #seeds: readonly Uint8Array[];
  readonly #corpus: Uint8Array[] = [];
  readonly #broken = new Map<string, Broken>();
  readonly #digest = createHash("sha256");
  #executions = 0;

  constructor(target: FuzzTarget, options: CampaignOptions) {
    this.#target = target;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#seeds = target.seeds();
  }

  get isOver(): boolean {
    return this.#executions >= this.#options.runs || this.#broken.size >= FINDINGS_MOST;
  }

  get progress(): Progress {
    return {
      executions: this.#executions,
      corpus: this.#corpus.length,
      findings: this.#broken.size,
    };
  }

  /** Reads the seeds; those that break are findings like any other. */
  sow(): void {
    this.#corpus.push(...this.#seeds);
    this.#readAll(this.#seeds);
    const { coverage } = this.#options;
    coverage?.look();
    coverage?.admit(coverage.seen);
  }

  runBatch(): void {
    const { coverage, runs } = this.#options;
    const count = Math.min(BATCH, runs - this.#executions);
    const files = Array.from({ length: count }, () => this.#make());
    this.#readAll(files);
    if (coverage?.look() !== true) return;
    const seen = coverage.seen;
    // One of them reached something new: they are read again, one by one, to tell which.
    for (const file of files) {
      this.#readAgain(file);
      if (!coverage.look()) continue;
      coverage.admit(coverage.seen);
      this.#keep(file);
    }
    // What only the close look at a file reaches (other windows, rules) must not be new for ever.
    coverage.admit(seen);
  }

  result(): CampaignResult {
    return {
      ...this.progress,
      broken: [...this.#broken.values()],
      digest: this.#digest.digest("hex"),
    };
  }

  close(): void {
    this.#allocations.stop();
  }

  #make(): Uint8Array {
    const { build, words } = this.#target;
    const random = this.#random;
    const base = build !== undefined && random.once(3) ? build(random) : random.pick(this.#corpus);
    if (build !== undefined && base.length > 0 && random.once(6)) return base;
    return mutate(base, random, { corpus: this.#corpus, words, most: FILE_MOST });
  }

  #readAll(files: readonly Uint8Array[]): void {
    let current: Uint8Array | undefined;
    const hasEnded = runWithin(BATCH_MS, () => {
      for (const file of files) {
        current = file;
        this.#digest.update(file);
        this.#executions += 1;
        const found = this.#examine(file, this.#executions % DEEP_EVERY === 0);
        if (found !== undefined) this.#enter(found, file);
      }
    });
    if (!hasEnded && current !== undefined) {
      this.#enter(finding("hangs", `does not end within ${BATCH_MS} ms`), current);
    }
  }

  #examine(bytes: Uint8Array, deep: boolean): Finding | undefined {
    return examine(this.#target, bytes, { deep, allocations: this.#allocations });
  }

  /** A file that breaks something adds nothing here: it is a finding already. */
  #readAgain(file: Uint8Array): void {
    runWithin(BATCH_MS, () => {
      examine(this.#target, file, { deep: false, allocations: undefined });
    });
  }

  #keep(file: Uint8Array): void {
    if (this.#corpus.length < CORPUS_MOST) this.#corpus.push(file);
    else
      this.#corpus[this.#seeds.length + this.#random.below(CORPUS_MOST - this.#seeds.length)] =
        file;
  }

  #enter(found: Finding, file: Uint8Array): void {
    const known = this.#broken.get(found.key);
    if (known !== undefined) {
      known.hits += 1;
      return;
    }
    const isCostly = found.kind === "hangs" || found.kind === "slow";
    const bytes = isCostly
      ? file
      : minimise(file, (candidate) => this.#examine(candidate, true)?.key === found.key);
    const { message } = isCostly ? found : (this.#examine(bytes, true) ?? found);
    this.#broken.set(found.key, { ...found, message, bytes, hits: 1 });
  }
}
