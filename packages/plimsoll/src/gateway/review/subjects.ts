import type { Store } from "../../store/contract.ts";
import type { Caller } from "../keys/contract.ts";
import type { Keyring } from "./keyring.ts";

/** Subjects that are remembered, so that not every request asks the store for its own (CWE-770). */
const REMEMBERED_MAX = 10_000;

/** Whose key seals. */
export type Subject = { readonly id: string; readonly wrapped: Uint8Array };

/** Finds whose a request is: the person that the client's system names, within the team, else the key. */
export class Subjects {
  readonly #keyring: Keyring;
  readonly #store: Store["subjects"];
  readonly #known = new Map<string, Subject>();

  constructor(keyring: Keyring, store: Store["subjects"]) {
    this.#keyring = keyring;
    this.#store = store;
  }

  async of(caller: Pick<Caller, "team" | "keyId">, named: string | undefined): Promise<Subject> {
    const mac = this.#keyring.macOf(`${caller.team}\0${named ?? `key:${caller.keyId}`}`);
    const known = this.#known.get(mac);
    if (known !== undefined) return known;
    const subject = await this.#store.take(mac, this.#keyring.newSubject());
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
    this.#known.set(mac, subject);
    return subject;
  }

  /** Forgets everybody: a subject that was erased must not be sealed for under its old key. */
  forget(): void {
    this.#known.clear();
  }
}
