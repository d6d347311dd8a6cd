import { join } from "node:path";

import { loadSetting, settingFiles } from "../../config/load.ts";
import { knowledgeFor } from "../../config/open-knowledge.ts";
import type { ServeFile } from "../../config/serve-schema.ts";
import { GUARDS } from "../../generated/guards.ts";
import type { PolicyGuard } from "../../gateway/pipeline/guards.ts";
import type { Concern } from "../../kernel/concern.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { LOCK_FILE } from "../../model/lock/lock.ts";
import type { VerbContext } from "../verb.ts";
import { requireGuardsFor } from "./burst-settings.ts";
import { fingerprintOf, refuseUnreadable, type Fingerprint } from "./fingerprint.ts";
import { preparePolicyGuards } from "./guards.ts";
import { serveSettings, type ServeFlags, type ServeSettings } from "./settings.ts";

/** A configuration that was read and is fit to be served. */
export type Prepared = {
  readonly settings: ServeSettings;
  readonly guards: readonly PolicyGuard[];
  readonly require: readonly Concern[];
  /** Files that it comes from: settings, secrets and the lock. */
  readonly files: readonly string[];
  /** What lay there before it was read. */
  readonly found: Fingerprint;
};

/**
 * Returns what reads the configuration, the first time and each time after. From the second on it is stricter: a
 * server that runs must not take a file that went away for one that says nothing.
 * @throws PlimsollError `setting-invalid`, `usage`, from what it returns.
 */
export function openPreparing(
  flags: ServeFlags & { readonly config: string | undefined },
  context: VerbContext,
): () => Promise<Prepared> {
  const from = { cwd: context.cwd, where: context.where, file: flags.config };
  const own = settingFiles(from);
  const lock = join(context.cwd, LOCK_FILE);
  const guardsOf = openGuards(context.packageRoot);
  let last: { readonly found: Fingerprint; readonly hasServe: boolean } | undefined;
  return async () => {
    const found = await fingerprintOf([...own, lock]);
    // Without a lock models are unvetted, and admission says what that comes to.
    const needed = new Map([...found].filter(([path, is]) => path !== lock || is !== "absent"));
    if (last !== undefined) refuseUnreadable(last.found, needed);
    const { policy, serve } = await loadSetting({ ...from, flags: {} });
    if (last?.hasServe === true && serve === undefined) throw servesNothing();
    const settings = serveSettings(serve, flags, context.where.env);
    const guards = await guardsOf(settings);
    requireGuardsFor(settings, guards, GUARDS);
    last = { found, hasServe: serve !== undefined };
    const files = [...own, lock, ...secretFiles(serve)];
    return { settings, guards, require: policy.require, files, found };
  };
}

/** An editor that empties a file before it writes leaves one that is well-formed and says nothing. */
function servesNothing(): PlimsollError {
  return new PlimsollError("setting-invalid", "the serve: section is gone", {
    hint: "Put it back, or start anew without it.",
  });
}

/** Compiles guards; those of the configuration that went before are kept while they are asked for alike. */
function openGuards(
  packageRoot: string,
): (wanted: Pick<ServeSettings, "guards" | "review">) => Promise<readonly PolicyGuard[]> {
  let last: { readonly wanted: string; readonly guards: readonly PolicyGuard[] } | undefined;
  return async ({ guards, review }) => {
    const wanted = JSON.stringify([guards ?? {}, review]);
    if (last?.wanted !== wanted) {
      const knowledge = await knowledgeFor(packageRoot);
      last = { wanted, guards: await preparePolicyGuards({ guards, knowledge, review }) };
    }
    return last.guards;
  };
}

function secretFiles(serve: ServeFile | undefined): readonly string[] {
  const sources = [
    ...Object.values(serve?.upstreams ?? {}).map(({ key }) => key),
    ...Object.values(serve?.traces?.headers ?? {}),
  ];
  return sources.flatMap((source) =>
    source !== undefined && "file" in source ? [source.file] : [],
  );
}
