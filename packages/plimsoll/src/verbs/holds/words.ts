import type { Claimed, Decided, Shown, ShownHold } from "../../gateway/review/contract.ts";
import type { ListedHold } from "../../store/contract.ts";

/** One line about a hold. */
export function summaryOf(hold: ListedHold, now: number): string {
  const { id, alias, side, state, reasons, expiresAt, decidedAt } = hold;
  const when =
    decidedAt === null
      ? `until ${new Date(expiresAt).toISOString()}`
      : new Date(decidedAt).toISOString();
  return [id, alias, side, state, when, ...claimOf(hold, now), ...reasons].join("  ");
}

/** A hold as a person reads it before they decide. */
export function shownLines(hold: ShownHold, now: number): readonly string[] {
  const { digest, quorum, editQuorum, votes, asked, text } = hold;
  const votesOn = votes.map(({ by, verdict, digest: own, reason }) => {
    const on = own === digest ? "" : " on another text";
    return `${by} said ${verdict}${on}: ${reason}`;
  });
  return [
    summaryOf(hold, now),
    `digest ${digest}`,
    `${quorum} must agree to release it, ${Math.max(quorum, editQuorum)} to a text that one of them wrote`,
    ...votesOn,
    ...part("asked", asked),
    ...part(hold.side, text),
  ];
}

/** A text under its name, indented, so that nothing in it passes for a line of ours. */
function part(name: string, text: string): readonly string[] {
  return text === "" ? [] : ["", `${name}:`, ...text.split("\n").map((line) => `  ${line}`)];
}

/** What came of a person's word, as a sentence. */
export function saidOf(
  id: string,
  came: Decided | Claimed | Exclude<Shown, { kind: "shown" }>,
): string {
  switch (came.kind) {
    case "released":
    case "edited":
    case "refused":
      return `${id} is ${came.kind}`;
    case "waits":
      return `${id} waits for ${came.for} more to agree with ${came.digest}`;
    case "claimed-by-you":
      return `${id} is yours until ${new Date(came.until).toISOString()}`;
    case "decided":
      return `${id} was ${came.state} already`;
    case "blocked":
      return `${id} is not edited: the guard ${came.by} lets nobody write that`;
    case "not-found":
      return `there is no held answer ${id}`;
    case "own":
      return `${id} answers your own request: somebody else must decide`;
    case "not-allowed":
      return `your key may not decide: ask for one with the role reviewer`;
    case "changed":
      return `${id} is not what you saw, or cannot be opened: show it again`;
    case "claimed":
      return `somebody else looks at ${id} now: plimsoll holds list says until when`;
    case "voted":
      return `you said so before: somebody else must agree`;
    case "unfit":
      return `that cannot stand in place of ${id}: empty, too long, no JSON where JSON was asked for, or it is a request`;
    case "reason":
      return `the reason is empty or too long`;
    case "busy":
      return `others changed ${id} at the same time: try again`;
  }
}

function claimOf(
  { claimedBy, claimedUntil }: Pick<ListedHold, "claimedBy" | "claimedUntil">,
  now: number,
): readonly string[] {
  if (claimedBy === null || claimedUntil === null || claimedUntil <= now) return [];
  return [`${claimedBy} looks at it until ${new Date(claimedUntil).toISOString()}`];
}
