import type { KeyRow } from "../../store/contract.ts";

/** The implicit owner of this machine: whoever is it has the disk. */
export const LOCAL = "local";

/** The keys of one moment, seen as the people who have them. */
export class People {
  readonly #byId: ReadonlyMap<string, KeyRow>;
  readonly #now: number;

  /** `now` in milliseconds since 1970. */
  constructor(keys: readonly KeyRow[], now: number) {
    this.#byId = new Map(keys.map((key) => [key.id, key]));
    this.#now = now;
  }

  /**
   * The name of the person behind a key: the key that stands in its place after its secrets were rotated. While
   * both secrets are good, they are still one person.
   */
  personOf(id: string): string {
    let last = id;
    // A ring of keys would be a fault of the store: as many steps as there are keys are enough.
    for (let step = 0; step < this.#byId.size; step += 1) {
      const next = this.#byId.get(last)?.rotatedTo;
      if (next === undefined || next === null) break;
      last = next;
    }
    return last;
  }

  /** True for somebody who may decide now: `local`, or a good key with the role of a reviewer or an admin. */
  mayReview(id: string): boolean {
    return id === LOCAL || this.#isReviewer(this.#byId.get(this.personOf(id)));
  }

  /** True when no key may decide: the owner of this machine is the only one who could. */
  get isAlone(): boolean {
    return !this.#byId.values().some((key) => this.#isReviewer(key));
  }

  #isReviewer(key: KeyRow | undefined): boolean {
    if (key === undefined) return false;
    const { roles, revokedAt, expiresAt } = key;
    if (revokedAt !== null && revokedAt <= this.#now) return false;
    if (expiresAt !== null && expiresAt <= this.#now) return false;
    return roles.includes("reviewer") || roles.includes("admin");
  }
}
