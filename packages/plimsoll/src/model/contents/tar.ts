import { readTar, runSync, tarMemberSource, type TarKind } from "@plimsoll/formats";

import { unread } from "../../kernel/unread.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import type { Container, Finder, Inner, Opened } from "./inner.ts";
import { memberPath, namedStep } from "./member-path.ts";

/** What has bytes of its own; `sparse` has too, and opening one says why we do not put them together. */
const HAS_DATA: ReadonlySet<TarKind> = new Set<TarKind>(["file", "other", "sparse"]);

/** Looks into a tar archive. Links, folders and devices have nothing in them; checks see them in the archive's list. */
export function* lookIntoTar(container: Container, finder: Finder): Generator<Inner, boolean> {
  const { file, member: place, source } = container;
  const parsed = runSync(readTar(source.size), source);
  const archive = parsed.value;
  finder.tell(...unreadOfParsed(file.path, parsed, place));
  finder.budget.list(archive.members.length, 0);
  finder.keepTar({ file, member: place, archive, faults: parsed.faults });
  for (const member of archive.members) {
    const step = namedStep(member.name);
    if (member.unsafeName || member.unsafeLink) {
      const reason = member.unsafeName ? "a name that leaves the folder" : "a link that leaves it";
      finder.tell(unread(file.path, reason, { member: memberPath(place, step) }));
    }
    if (!HAS_DATA.has(member.kind)) continue;
    yield {
      step,
      name: member.name,
      isPickle: false,
      isNumbers: false,
      at: member.dataOffset,
      willHold: 0,
      open: (archiveSource): Opened => ({
        source: tarMemberSource(archiveSource, member),
        held: 0,
        unread: [],
      }),
    };
  }
  return true;
}
