import type { EvidenceValues } from "../../../kernel/evidence.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import { unjudgedReason } from "./judged.ts";
import type { ReachFacts } from "./schema.ts";

type Inside = EvidenceValues<"members" | "pickles" | "packed-weights" | "packed-texts">;

/** Things in one file told one by one; the rest is counted: an archive can have 200,000 members (CWE-400). */
export const SHOWN_PER_FILE = 200;

/** What lies within files and was judged by nobody. */
export function* unjudgedInside(evidence: Inside, facts: ReachFacts): Generator<Unread> {
  const { members, pickles } = evidence;
  const read = new Set([...pickles, ...evidence["packed-weights"]].map(keyOf));
  const textOf = new Map(evidence["packed-texts"].map((one) => [keyOf(one), one.text]));
  const told = new Map<string, number>();
  for (const one of members) {
    if (TORCH_NOTES.has(one.base)) continue;
    const isRead = one.isStorage || one.isOpened || read.has(keyOf(one));
    const reason = unjudgedReason(
      { ...one, isRead, isPacked: true },
      facts,
      textOf.get(keyOf(one)),
    );
    if (reason === undefined) continue;
    const count = (told.get(one.file) ?? 0) + 1;
    told.set(one.file, count);
    if (count <= SHOWN_PER_FILE) yield unread(one.file, reason, { member: one.member });
  }
  for (const [file, count] of told) {
    const more = count - SHOWN_PER_FILE;
    if (more > 0) yield unread(file, `${more} more things in it were judged by nobody`);
  }
}

function keyOf(one: { readonly file: string; readonly member: string | undefined }): string {
  return `${one.file}\0${one.member}`;
}

/** Members in which PyTorch writes what an archive is: a number or a word each. */
const TORCH_NOTES: ReadonlySet<string> = new Set([
  "version",
  "byteorder",
  "serialization_id",
  ".format_version",
  ".storage_alignment",
]);
