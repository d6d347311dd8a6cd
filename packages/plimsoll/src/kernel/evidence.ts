import type { Unread } from "./unread.ts";

/**
 * What each kind of evidence holds, by name. Empty here: every provider adds its member by module
 * augmentation in its own file, so that a concern uses another's evidence without an import.
 */
// oxlint-disable-next-line typescript/no-empty-object-type, typescript/no-empty-interface -- filled by augmentation
export interface EvidenceTypes {}

/** The name of a kind of evidence. */
export type EvidenceName = Extract<keyof EvidenceTypes, string>;

/** What was read, and what was to be read and was not. */
export type Evidence<T> = { readonly value: T; readonly unread: readonly Unread[] };

/** The values of several kinds of evidence, by name. */
export type EvidenceValues<N extends EvidenceName> = { readonly [K in N]: EvidenceTypes[K] };

/**
 * Computes one kind of evidence, once, on demand, from the subject and from other evidence.
 *
 * What is unread in the evidence it needs is unread in its own too; the store adds it.
 */
export type EvidenceProvider<
  Subject = unknown,
  N extends EvidenceName = EvidenceName,
  M extends EvidenceName = EvidenceName,
> = {
  readonly name: N;
  readonly needs: readonly M[];
  readonly provide: (
    evidence: EvidenceValues<M>,
    subject: Subject,
  ) => Evidence<EvidenceTypes[N]> | Promise<Evidence<EvidenceTypes[N]>>;
};
