import { formatCount } from "../../kernel/units.ts";
import { PlimsollError } from "../../kernel/error.ts";
import type { Policy } from "../../kernel/setting.ts";
import type { System } from "../../machine/system.ts";
import type { HashedModel } from "../../model/hash/hash-model.ts";
import type { Report } from "../../report/report.ts";
import type { VerbContext } from "../verb.ts";
import { vetFleet } from "./fleet.ts";
import type { VetJob } from "./job.ts";
import type { Watch } from "./watched.ts";

/** What is wanted besides the vet itself. */
export type ModelsOptions = {
  /** Hash every file and name the digest in the report. */
  readonly hash: boolean;
  /** Write each model into the lock; hashes too. */
  readonly lock: boolean;
  /** The name in the lock; for one model only. */
  readonly as: string | undefined;
  readonly system: System;
  readonly signal: AbortSignal;
  /** Told what is being done, for a progress line; an empty text when it ends. */
  readonly onPlace?: (text: string) => void;
};

/** A model that was vetted, and hashed and locked where that was asked for. */
export type VettedModel = {
  readonly report: Report;
  /** What its verdict was judged by. */
  readonly policy: Policy;
  /** True when it was to be locked and was not. */
  readonly isRefused: boolean;
  /** A sentence about the lock, or empty. */
  readonly note: string;
};

/**
 * Hashes, vets and locks models, in this order: the digest names the bytes that were judged.
 * @throws PlimsollError `usage` for one name for several models, and whatever vetting and locking throw.
 */
export async function vetModels(
  jobs: readonly VetJob[],
  context: Pick<VerbContext, "cwd" | "where" | "now">,
  options: ModelsOptions,
): Promise<readonly VettedModel[]> {
  if (options.as !== undefined && (jobs.length > 1 || !options.lock)) {
    throw new PlimsollError("usage", "--as names one model for --lock", {
      hint: "plimsoll vet ./model --lock --as NAME",
    });
  }
  const hashed: HashedModel[] = [];
  if (options.hash || options.lock) {
    for (const job of jobs) hashed.push(await hashOne(job, context, options));
  }
  const results = await vetFleet(jobs, {
    ...watchOf(jobs, options),
    cores: options.system.parallelism,
  });
  options.onPlace?.("");
  const vetted: VettedModel[] = [];
  for (const [index, { report, policy }] of results.entries()) {
    const model = hashed[index];
    const plain = { report, policy, isRefused: false, note: "" };
    vetted.push(model === undefined ? plain : await lockOne(plain, model, context, options));
  }
  return vetted;
}

function watchOf(jobs: readonly VetJob[], { onPlace, signal }: ModelsOptions): Watch {
  if (onPlace === undefined) return { signal };
  const where = jobs.length === 1 ? (jobs[0]?.reference ?? "") : `${jobs.length} models`;
  return {
    signal,
    onPlace: ({ kind, name }, count) => {
      onPlace(`${where}: ${formatCount(count)} steps, ${kind} ${name}`);
    },
  };
}

async function hashOne(
  job: VetJob,
  context: Pick<VerbContext, "cwd" | "where" | "now">,
  { system, signal, onPlace }: ModelsOptions,
): Promise<HashedModel> {
  const { hashForVet } = await import("./hash.ts");
  const hashed = await hashForVet({
    reference: job.reference,
    ...context,
    system,
    signal,
    onProgress: (progress) =>
      onPlace?.(
        `${job.reference}: hashed ${Math.floor((100 * progress.done) / Math.max(1, progress.total))} %`,
      ),
  });
  if (!signal.aborted) return hashed;
  throw new PlimsollError(
    "interrupted",
    `${job.reference} was not vetted: interrupted while it was hashed`,
    {
      hint: "What was hashed is remembered. Run the same command to go on.",
    },
  );
}

async function lockOne(
  vetted: VettedModel,
  model: HashedModel,
  { cwd, now }: Pick<VerbContext, "cwd" | "now">,
  { lock, as }: ModelsOptions,
): Promise<VettedModel> {
  const { withDigest } = await import("./hash.ts");
  const { recheckModel } = await import("../../model/hash/hash-model.ts");
  // A file that changed while it was judged must not lend its digest to the verdict.
  const report = withDigest(vetted.report, recheckModel(model));
  if (!lock) return { ...vetted, report };
  const { lockModel } = await import("./lock.ts");
  const locked = await lockModel({ hashed: model, report, as, cwd, now });
  if (locked.kind === "refused") return { ...vetted, report, isRefused: true, note: locked.reason };
  const note = locked.isChanged
    ? `locked as ${locked.name} in ${locked.path}`
    : `${locked.name} is locked already, and nothing changed`;
  return { ...vetted, report, note };
}
