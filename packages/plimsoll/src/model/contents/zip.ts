import { FormatError, readZip, runSync, type ZipArchive, type ZipMember } from "@plimsoll/formats";

import { unread } from "../../kernel/unread.ts";
import { unreadOfParsed } from "../parsed-unread.ts";
import { unreadOf } from "../read.ts";
import { isTorchStorage, torchRootOf } from "../torch-archive.ts";
import { storageKeys } from "../torch-storages.ts";
import type { Container, Finder, Inner, Opened } from "./inner.ts";
import { memberPath, namedStep } from "./member-path.ts";
import { openZipMember } from "./zip-methods.ts";

/** Stored as it is: a window on the archive, which takes no memory. */
const STORED = 0;

/** Looks into a zip archive. The pickle of a PyTorch archive comes first: it tells which members are only numbers. */
export function* lookIntoZip(container: Container, finder: Finder): Generator<Inner, boolean> {
  const { file, member: place, source } = container;
  const parsed = runSync(readZip(source.size), source);
  const archive = parsed.value;
  const torchRoot = torchRootOf(archive.members);
  const view = viewOf(container, archive);
  if (view === "known") return true;
  if (view === "none") return false;
  const isDeepest = container.depth + 1 >= finder.budget.limits.depth;
  if (view === "own" && container.openedAs.length > 0 && isDeepest) {
    // An archive that is a member of its container was not opened, so nobody can tell it from this one.
    throw FormatError.limit("ARCHIVE_MAX_DEPTH", finder.budget.limits.depth, 0);
  }
  finder.budget.list(archive.members.length, 0);
  if (view === "own") {
    finder.tell(...unreadOfParsed(file.path, parsed, place));
    const { faults } = parsed;
    const { window } = container;
    finder.keepZip({ zip: { file, member: place, archive, torchRoot, faults }, window });
  }
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
      at: member.method === STORED ? member.dataOffset : undefined,
      willHold: member.method === STORED ? 0 : member.size,
      open: (archiveSource, budget, room): Opened => {
        const { source: content, faults } = openZipMember(archiveSource, member, budget, room);
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

/**
 * What an archive is that was found at the end of its source.
 *
 * An archive that lies unchanged at the end of a tar archive, or of a compressed file that could not make it
 * smaller, is found once as its member and once more by readers that look for archives at the end of a file.
 * Those see the same members at other offsets: in a tar archive the same bytes (`known`), while compressed data
 * may hold others in between, which are looked at (`twin`). What lies elsewhere is another archive. One without
 * members is none to any reader.
 */
function viewOf(
  { openedAs, zipsInside, window }: Container,
  archive: ZipArchive,
): "own" | "known" | "twin" | "none" {
  if (openedAs.length === 0) return "own";
  const members = archive.members.filter(isListed);
  if (members.length === 0) return "none";
  const twin = zipsInside.find(({ zip }) =>
    isSameShifted(members, zip.archive.members.filter(isListed)),
  );
  if (twin === undefined) return "own";
  const [inside] = twin.zip.archive.members;
  const shift = (members[0]?.recordOffset ?? 0) - (inside?.recordOffset ?? 0);
  const isSame = twin.window.bytes === window.bytes;
  if (!isSame) return "twin";
  return twin.window.start - window.start === shift ? "known" : "own";
}

/** In the directory that Python takes; readers that scan see the members of every archive around as well. */
function isListed({ readers }: ZipMember): boolean {
  return readers.length === 0 || readers.includes("python-zipfile");
}

/** Whether two directories are one and the same, at places that all differ by one distance. */
function isSameShifted(outer: readonly ZipMember[], inner: readonly ZipMember[]): boolean {
  const shift = (outer[0]?.recordOffset ?? 0) - (inner[0]?.recordOffset ?? 0);
  return (
    outer.length === inner.length &&
    outer.every((one, index) => {
      const other = inner[index];
      return (
        other !== undefined &&
        one.name === other.name &&
        one.method === other.method &&
        one.crc32 === other.crc32 &&
        one.size === other.size &&
        one.compressedSize === other.compressedSize &&
        one.recordOffset - other.recordOffset === shift &&
        one.headerOffset - other.headerOffset === shift &&
        (one.dataOffset ?? shift) - (other.dataOffset ?? 0) === shift
      );
    })
  );
}

function oddities({ isSymlink, unsafeName }: ZipMember): readonly string[] {
  if (isSymlink) return ["a link within an archive"];
  return unsafeName ? ["a name that leaves the folder"] : [];
}
