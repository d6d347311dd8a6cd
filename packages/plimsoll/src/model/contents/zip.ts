import { openMember, readZip, runSync, type ZipMember } from "@plimsoll/formats";

import { unread } from "../../kernel/unread.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import { unreadOf } from "../read.ts";
import { isTorchStorage, torchRootOf } from "../torch-archive.ts";
import { storageKeys } from "../torch-storages.ts";
import type { Container, Finder, Inner, Opened } from "./inner.ts";
import { memberPath, namedStep } from "./member-path.ts";

/** Stored as it is: a window on the archive, which takes no memory. */
const STORED = 0;

/** Looks into a zip archive. The pickle of a PyTorch archive comes first: it tells which members are only numbers. */
export function* lookIntoZip(container: Container, finder: Finder): Generator<Inner, boolean> {
  const { file, member: place, source } = container;
  const parsed = runSync(readZip(source.size), source);
  const archive = parsed.value;
  finder.tell(...unreadOfParsed(file.path, parsed, place));
  finder.budget.list(archive.members.length, 0);
  const torchRoot = torchRootOf(archive.members);
  finder.keepZip({ file, member: place, archive, torchRoot, faults: parsed.faults });
  const main = torchRoot === undefined ? undefined : `${torchRoot}data.pkl`;
  const isMain = ({ name }: ZipMember): number => Number(name === main);
  const inOrder = archive.members.toSorted((a, b) => isMain(b) - isMain(a));
  let keys: ReadonlySet<string> = new Set();
  for (const member of inOrder) {
    const step = namedStep(member.name);
    const path = memberPath(place, step);
    for (const reason of oddities(member)) finder.tell(unread(file.path, reason, { member: path }));
    if (member.isDirectory) continue;
    yield {
      step,
      name: member.name,
      isPickle: false,
      isNumbers: isTorchStorage(torchRoot, member.name, keys),
      willHold: member.method === STORED ? 0 : member.size,
      open: (archiveSource, budget): Opened => {
        const { source: content, faults } = openMember(archiveSource, member, budget);
        return {
          source: content,
          held: member.method === STORED ? 0 : content.size,
          unread: faults.map((fault) => unreadOf(file.path, fault, path)),
        };
      },
    };
    if (isMain(member) === 1) keys = storageKeys(finder.pickleAt(path)?.value.streams ?? []);
  }
  return true;
}

function oddities({ isSymlink, unsafeName }: ZipMember): readonly string[] {
  if (isSymlink) return ["a link within an archive"];
  return unsafeName ? ["a name that leaves the folder"] : [];
}
