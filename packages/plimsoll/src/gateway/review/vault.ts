import type { HoldRow, Store } from "../../store/contract.ts";
import type { Caller } from "../keys/contract.ts";
import { digestOf, isBound, isKept, type Kept } from "./kept.ts";
import type { Keyring } from "./keyring.ts";
import { Subjects, type Subject } from "./subjects.ts";

/** Seals what waits for a person under the key of its subject, and opens it again. */
export class Vault {
  readonly #keyring: Keyring;
  readonly #subjects: Subjects;

  constructor(keyring: Keyring, subjects: Store["subjects"]) {
    this.#keyring = keyring;
    this.#subjects = new Subjects(keyring, subjects);
  }

  /** The subject of a request: as the client's system names them, else the key. */
  subjectOf(caller: Pick<Caller, "team" | "keyId">, named: string | undefined): Promise<Subject> {
    return this.#subjects.of(caller, named);
  }

  seal(subject: Subject, kept: Kept): Buffer {
    const bytes = Buffer.from(JSON.stringify(kept));
    const sealed = this.#keyring.sealFor(subject, placeOf(kept.bound.id), bytes);
    // Whose it is stands before it: without that nobody could find the key.
    const wrapped = Buffer.from(subject.wrapped).toString("base64");
    const head = Buffer.from(JSON.stringify({ id: subject.id, wrapped }));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(head.length);
    return Buffer.concat([length, head, sealed]);
  }

  /** Seals a changed one for the subject of the one before. */
  reseal(before: HoldRow, kept: Kept): Buffer {
    return this.seal(partsOf(before.sealed).subject, kept);
  }

  /** What was sealed; undefined when one bit of it, of its row or of its digest is not as it was. */
  open(hold: HoldRow): Kept | undefined {
    try {
      const { subject, sealed } = partsOf(hold.sealed);
      const opened = this.#keyring.openFor(subject, placeOf(hold.id), sealed);
      const value: unknown = JSON.parse(opened.toString("utf8"));
      if (!isKept(value) || !isBound(value, hold)) return undefined;
      return digestOf(value) === hold.digest ? value : undefined;
    } catch {
      // What cannot be opened is never let out; the caller says that it was changed.
      return undefined;
    }
  }
}

/** Binds what is sealed to its row: it does not open under another's name. */
function placeOf(id: string): string {
  return `hold:${id}`;
}

function partsOf(sealed: Uint8Array): { readonly subject: Subject; readonly sealed: Uint8Array } {
  const bytes = Buffer.from(sealed);
  const length = bytes.readUInt32BE(0);
  const head: unknown = JSON.parse(bytes.toString("utf8", 4, 4 + length));
  if (typeof head !== "object" || head === null || !("id" in head) || !("wrapped" in head)) {
    throw new RangeError("it names nobody");
  }
  const wrapped = Buffer.from(String(head.wrapped), "base64");
  return { subject: { id: String(head.id), wrapped }, sealed: bytes.subarray(4 + length) };
}
