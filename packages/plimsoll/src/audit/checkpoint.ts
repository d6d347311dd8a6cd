import { openNote, signNote, type NoteSigner, type NoteVerifier } from "../signature/note.ts";
import { HASH_BYTES } from "./tree.ts";

/** A tree of one size, as it was signed. */
export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
};

/** Writes and signs a checkpoint (C2SP tlog-checkpoint.md): origin, size and root, a line each. */
export function signCheckpoint({ origin, size, root }: Checkpoint, signer: NoteSigner): string {
  return signNote(`${origin}\n${size}\n${root.toString("base64")}\n`, signer);
}

/** Reads a checkpoint that this key signed; undefined when it did not, or when it is none. */
export function openCheckpoint(note: string, verifier: NoteVerifier): Checkpoint | undefined {
  const [origin, size, root, end, ...rest] = openNote(note, verifier)?.split("\n") ?? [];
  if (origin === undefined || origin !== verifier.name || root === undefined) return undefined;
  if (end !== "" || rest.length > 0 || !/^(?:0|[1-9]\d{0,15})$/u.test(size ?? "")) return undefined;
  const hash = Buffer.from(root, "base64");
  if (hash.length !== HASH_BYTES || hash.toString("base64") !== root) return undefined;
  return { origin, size: Number(size), root: hash };
}
