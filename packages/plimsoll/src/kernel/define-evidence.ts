import type { AnyProvider } from "./evidence-store.ts";
import type { EvidenceName, EvidenceProvider } from "./evidence.ts";

/** Defines an evidence provider; a provider's file exports this by default. */
export function defineEvidence<const N extends EvidenceName, const M extends EvidenceName, Subject>(
  provider: EvidenceProvider<Subject, N, M>,
): AnyProvider<Subject> {
  return provider;
}
