import { knowledgeFor } from "../../config/open-knowledge.ts";
import { EVIDENCE } from "../../generated/evidence.ts";
import { KNOWLEDGE_DATE, VERSION } from "../../generated/facts.ts";
import type { Concern } from "../../kernel/concern.ts";
import { conclude } from "../../kernel/conclude.ts";
import type { EvidenceName } from "../../kernel/evidence.ts";
import { openEvidence } from "../../kernel/evidence-store.ts";
import { runChecks, type CheckEntry } from "../../kernel/run.ts";
import type { Policy, Setting } from "../../kernel/setting.ts";
import type { System } from "../../machine/system.ts";
import { resolveReference } from "../../model/reference.ts";
import { takeSnapshot, type Snapshot } from "../../model/snapshot.ts";
import { makeReport, type Report } from "../../report/report.ts";
import { openIdentifiers } from "../../text/identifiers/find.ts";
import { parseIdentifierFacts } from "../../text/identifiers/schema.ts";
import { openSecrets } from "../../text/secrets/find.ts";
import { parseSecretFacts } from "../../text/secrets/schema.ts";
import { startRenderer, type EarlyRenderer } from "./early-renderer.ts";
import { selectChecks } from "./select-checks.ts";
import { redactConclusion } from "./redact.ts";
import { openWaivers } from "./apply-waivers.ts";
import { showEvidence } from "./show-evidence.ts";

/** What a vet needs to know. */
export type VetOptions = {
  /** Folder or file, as the user wrote it. */
  readonly reference: string;
  readonly cwd: string;
  readonly setting: Setting;
  readonly policy: Policy;
  /** Concerns, check ids or codes to look at alone; empty for everything. */
  readonly only: readonly string[];
  readonly system: System;
  readonly now: Date;
  readonly packageRoot: string;
  /** Files and checks to leave alone, with the reason: both come out unread or unknown. */
  readonly skip?: {
    readonly files: ReadonlyMap<string, string>;
    readonly checks: ReadonlyMap<string, string>;
  };
  /** Kinds of evidence that the report shall carry; none when absent. */
  readonly evidence?: readonly EvidenceName[] | undefined;
  readonly onFile?: (path: string) => void;
  readonly onCheck?: (id: string) => void;
};

/** What a vet answers. `policy` is the one it was judged by, since `only` replaces what is required. */
export type VetResult = { readonly report: Report; readonly policy: Policy };

/**
 * Reads a model and runs every check over it.
 * @throws PlimsollError `reference-not-found`, `reference-unsupported`, `usage`.
 */
export async function vet(options: VetOptions): Promise<VetResult> {
  const checks = selectChecks(options.only);
  const { onFile, skip } = options;
  const snapshot = takeSnapshot(resolveReference(options.reference, options.cwd), {
    ...(skip === undefined ? {} : { skip: skip.files }),
    ...(onFile === undefined ? {} : { onOpen: onFile }),
  });
  const renderer = startRenderer(snapshot, checks);
  try {
    return await judge(options, checks, snapshot, renderer);
  } finally {
    await renderer.close();
  }
}

async function judge(
  options: VetOptions,
  checks: readonly CheckEntry[],
  snapshot: Snapshot,
  { openRenderer }: EarlyRenderer,
): Promise<VetResult> {
  const { onFile, onCheck, skip } = options;
  const waivers = openWaivers(snapshot, options.policy.waivers ?? [], options.now);
  const evidence = openEvidence(EVIDENCE, {
    snapshot,
    system: options.system,
    ...(openRenderer === undefined ? {} : { openRenderer }),
  });
  const knowledge = await knowledgeFor(options.packageRoot);
  const results = await runChecks({
    checks,
    evidence,
    context: {
      setting: options.setting,
      knowledge,
      now: options.now,
    },
    ...(skip === undefined ? {} : { skip: skip.checks }),
    ...(onCheck === undefined ? {} : { onCheck }),
  });
  const waived = waivers.apply(results, onFile);
  const find = openSecrets(knowledge.read("secrets", parseSecretFacts));
  const shown = options.evidence ?? [];
  const policy =
    options.only.length === 0 ? options.policy : { ...options.policy, require: concernsOf(checks) };
  const report = makeReport({
    tool: { version: VERSION, knowledge: KNOWLEDGE_DATE },
    model: {
      reference: options.reference,
      files: snapshot.files.length,
      bytes: snapshot.bytes,
    },
    setting: options.setting,
    conclusion: redactConclusion(conclude(waived.results, policy), find),
    waivers: waived.waivers,
    evidence:
      shown.length === 0
        ? undefined
        : await showEvidence(evidence, shown, {
            secrets: find,
            people: openIdentifiers(knowledge.read("identifiers", parseIdentifierFacts)),
          }),
  });
  return { report, policy };
}

function concernsOf(checks: readonly CheckEntry[]): readonly Concern[] {
  return [...new Set(checks.map((check) => check.concern))];
}
