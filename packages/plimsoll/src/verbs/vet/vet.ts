import { join } from "node:path";

import { openKnowledge } from "../../config/knowledge.ts";
import { CHECKS } from "../../generated/checks.ts";
import { EVIDENCE } from "../../generated/evidence.ts";
import { KNOWLEDGE_DATE, VERSION } from "../../generated/facts.ts";
import { isConcern, type Concern } from "../../kernel/concern.ts";
import { conclude } from "../../kernel/conclude.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { openEvidence } from "../../kernel/evidence-store.ts";
import { runChecks, type CheckEntry } from "../../kernel/run.ts";
import type { Policy, Setting } from "../../kernel/setting.ts";
import type { System } from "../../machine/system.ts";
import { resolveReference } from "../../model/reference.ts";
import { takeSnapshot } from "../../model/snapshot.ts";
import { makeReport, type Report } from "../../report/report.ts";
import { openSecrets } from "../../text/secrets/find.ts";
import { parseSecretFacts } from "../../text/secrets/schema.ts";
import { redactConclusion } from "./redact.ts";
import { openWaivers } from "./apply-waivers.ts";

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
  const { onFile, onCheck, skip } = options;
  const snapshot = takeSnapshot(resolveReference(options.reference, options.cwd), {
    ...(skip === undefined ? {} : { skip: skip.files }),
    ...(onFile === undefined ? {} : { onOpen: onFile }),
  });
  const waivers = openWaivers(snapshot, options.policy.waivers ?? [], options.now);
  const evidence = openEvidence(EVIDENCE, { snapshot, system: options.system });
  const knowledge = openKnowledge(join(options.packageRoot, "knowledge"));
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
    conclusion: redactConclusion(
      conclude(waived.results, policy),
      openSecrets(knowledge.read("secrets", parseSecretFacts)),
    ),
    waivers: waived.waivers,
  });
  return { report, policy };
}

/**
 * The checks that the words of `--only` name: concerns, ids or codes.
 * @throws PlimsollError `usage` for a word that names nothing.
 */
export function selectChecks(only: readonly string[]): readonly CheckEntry[] {
  if (only.length === 0) return CHECKS;
  for (const word of only) {
    if (isConcern(word) || CHECKS.some((check) => names(check, word))) continue;
    throw new PlimsollError("usage", `"${word}" is neither a concern nor a finding code`, {
      hint: "Choose a concern such as security, or a code such as PLM-SEC-001.",
    });
  }
  return CHECKS.filter((check) =>
    only.some((word) => check.concern === word || names(check, word)),
  );
}

function names(check: CheckEntry, word: string): boolean {
  return check.id === word || check.code === word.toUpperCase();
}

function concernsOf(checks: readonly CheckEntry[]): readonly Concern[] {
  return [...new Set(checks.map((check) => check.concern))];
}
