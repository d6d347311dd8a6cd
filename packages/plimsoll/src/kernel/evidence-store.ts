import { reasonOf } from "./error.ts";
import type { Evidence, EvidenceName, EvidenceTypes, EvidenceValues } from "./evidence.ts";
import { unread, type Unread } from "./unread.ts";

/** A provider as the registry holds it: loaded only when something needs its evidence. */
export type ProviderEntry<Subject> = {
  readonly name: EvidenceName;
  readonly load: () => Promise<AnyProvider<Subject>>;
};

/** A provider whose own types no longer matter. Method types, since each knows its own evidence only. */
export type AnyProvider<Subject> = {
  readonly name: EvidenceName;
  readonly needs: readonly EvidenceName[];
  provide(
    evidence: EvidenceValues<EvidenceName>,
    subject: Subject,
  ): Evidence<EvidenceTypes[EvidenceName]> | Promise<Evidence<EvidenceTypes[EvidenceName]>>;
};

/** Several kinds of evidence, or the reason why one of them could not be computed at all. */
export type Gathered =
  | {
      readonly kind: "gathered";
      readonly values: EvidenceValues<EvidenceName>;
      readonly unread: readonly Unread[];
    }
  | { readonly kind: "failed"; readonly unread: readonly Unread[] };

/** Computes evidence on demand, each kind once. */
export interface EvidenceStore {
  /** Everything named, or why not. Never rejects: a provider that throws makes its evidence unread. */
  gather(names: readonly EvidenceName[]): Promise<Gathered>;
}

type Slot =
  | { readonly kind: "read"; readonly evidence: Evidence<EvidenceTypes[EvidenceName]> }
  | { readonly kind: "failed"; readonly unread: Unread };

/** Opens a store over one subject (a model and this machine). */
export function openEvidence<Subject>(
  providers: readonly ProviderEntry<Subject>[],
  subject: Subject,
): EvidenceStore {
  const slots = new Map<EvidenceName, Promise<Slot>>();
  const slotOf = (name: EvidenceName, chain: readonly EvidenceName[]): Promise<Slot> => {
    if (chain.includes(name)) return Promise.resolve(failed(name, "its evidence needs itself"));
    let slot = slots.get(name);
    if (slot === undefined) {
      slot = compute(name, [...chain, name]);
      slots.set(name, slot);
    }
    return slot;
  };
  const compute = async (name: EvidenceName, chain: readonly EvidenceName[]): Promise<Slot> => {
    const entry = providers.find((provider) => provider.name === name);
    if (entry === undefined) return failed(name, "no provider is registered");
    try {
      const provider = await entry.load();
      const gathered = await gather(provider.needs, chain);
      if (gathered.kind === "failed") {
        const [first] = gathered.unread;
        return first === undefined ? failed(name, "unread") : { kind: "failed", unread: first };
      }
      const own = await provider.provide(gathered.values, subject);
      // What a provider could not see, because what it was made from was not read, is unread here too.
      return { kind: "read", evidence: { ...own, unread: [...gathered.unread, ...own.unread] } };
    } catch (error) {
      return failed(name, reasonOf(error));
    }
  };
  const gather = async (
    names: readonly EvidenceName[],
    chain: readonly EvidenceName[],
  ): Promise<Gathered> => {
    const values: Partial<Record<EvidenceName, unknown>> = {};
    const unreads: Unread[] = [];
    const failures: Unread[] = [];
    for (const name of names) {
      const slot = await slotOf(name, chain);
      if (slot.kind === "failed") failures.push(slot.unread);
      else {
        values[name] = slot.evidence.value;
        unreads.push(...slot.evidence.unread);
      }
    }
    if (failures.length > 0) return { kind: "failed", unread: failures };
    // Every name was read just above; a check sees those it declared in `needs` and its types hold it to them.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return { kind: "gathered", values: values as EvidenceValues<EvidenceName>, unread: unreads };
  };
  return { gather: (names) => gather(names, []) };
}

function failed(name: EvidenceName, reason: string): Slot {
  return {
    kind: "failed",
    unread: unread(".", `evidence "${name}" could not be computed: ${reason}`),
  };
}
