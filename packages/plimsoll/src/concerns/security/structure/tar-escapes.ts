import type { TarMember } from "@plimsoll/formats";

/** How unpacking a member of a tar archive reaches beyond the folder it is unpacked in. */
export type TarEscape = {
  readonly key: "name" | "link" | "through" | "device";
  readonly member: TarMember;
};

/**
 * Members that leave their folder: by name, by the target of a link, through a link that came with them,
 * or because they are no files at all.
 *
 * A link alone may be harmless, and what is unpacked through it need not be: where it leads is decided by
 * the links before it, so a name or a step up that passes through one counts (CWE-61).
 */
export function* tarEscapes(members: readonly TarMember[]): Generator<TarEscape> {
  const links = new Set(
    members.filter(({ kind }) => kind === "symlink").map(({ name }) => pathOf(name)),
  );
  for (const member of members) {
    const key = escapeOf(member, links);
    if (key !== undefined) yield { key, member };
  }
}

const DEVICES: ReadonlySet<string> = new Set(["character-device", "block-device", "fifo"]);

function escapeOf(member: TarMember, links: ReadonlySet<string>): TarEscape["key"] | undefined {
  if (member.unsafeName) return "name";
  if (member.unsafeLink) return "link";
  if (DEVICES.has(member.kind)) return "device";
  if (links.size === 0) return undefined;
  if (passes(member.name, links)) return "through";
  const { kind, linkTarget } = member;
  if (linkTarget === undefined) return undefined;
  if (kind === "hardlink") return reaches(linkTarget, links) ? "through" : undefined;
  return stepsUpBehindLink(member.name, linkTarget, links) ? "through" : undefined;
}

/** Whether a folder on the way to a name is a link. */
function passes(name: string, links: ReadonlySet<string>): boolean {
  return foldersOf(name).some((folder) => links.has(folder));
}

function reaches(target: string, links: ReadonlySet<string>): boolean {
  return links.has(pathOf(target)) || passes(target, links);
}

/** Whether a symbolic link goes up again after it has gone through another: up from there is elsewhere. */
function stepsUpBehindLink(name: string, target: string, links: ReadonlySet<string>): boolean {
  const at = name.split("/").filter(isStep).slice(0, -1);
  let isBehind = false;
  for (const step of target.split("/").filter(isStep)) {
    if (step !== "..") at.push(step);
    else if (isBehind) return true;
    else at.pop();
    isBehind ||= links.has(at.join("/"));
  }
  return false;
}

function foldersOf(name: string): readonly string[] {
  const steps = name.split("/").filter(isStep);
  return steps.slice(1).map((_, index) => steps.slice(0, index + 1).join("/"));
}

function pathOf(name: string): string {
  return name.split("/").filter(isStep).join("/");
}

function isStep(step: string): boolean {
  return step !== "" && step !== ".";
}
