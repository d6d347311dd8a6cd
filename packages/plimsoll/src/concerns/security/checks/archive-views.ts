import type { ZipMember, ZipReader } from "@plimsoll/formats";

import { defineCheck } from "../../../kernel/check.ts";
import { memberPath, namedStep } from "../../../model/contents/member-path.ts";
import { dangerousFaults } from "../structure/faults.ts";

/** Members told of one archive: an attacker can hide thousands. */
const MEMBERS_TOLD = 10;

/** Characters of a foreign name that a message shows. */
const SHOWN = 120;

const READERS: Readonly<Record<ZipReader, string>> = {
  "python-zipfile": "Python",
  "torch/miniz": "PyTorch",
  directory: "readers that take another directory or name",
  scan: "readers that go by the header before each member",
};

export default defineCheck({
  id: "security/archive-views",
  code: "PLM-SEC-004",
  title: "Two readers would see different files in an archive",
  why: "What a scanner reads and what a loader reads can then be two different things, and one of them is chosen by the attacker.",
  source: {
    url: "https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT",
    read: "2026-11-22",
  },
  basis: "read",
  needs: ["archives", "tars"],
  limits: [
    "of readers, only Python and PyTorch are followed to the letter; which of two names PyTorch takes that are equal but for case is not tried",
    "zip and tar archives are compared, in each other and in compressed files to a depth of 8; 7z and RAR are not opened",
  ],
  page: {
    detects:
      "The directory of every zip archive is compared with the header before each member: names, methods, sizes and sums. Repeated names, names that differ only in case, overlapping members, and bytes before, between or behind them are faults. Such an archive is then read as other readers do: every directory that one may take, and every header outside of one. Members that only some of them see are named here, and what they hold is judged like the rest. The headers of every tar archive are read as Python and GNU tar read them: names that occur twice, headers that give two sizes, members behind the end, and bytes that belong to none are faults. Archives in archives and in compressed files are compared too.",
    levels: {
      stop: "the two disagree, a name occurs twice, members overlap, or bytes lie where no member is.",
      unknown: "the file could not be read to its end.",
    },
    mend: "Do not load the file. Fetch it again and compare its digest with the publisher's; if it is the same, ask the publisher, or take another variant.",
  },
  messages: {
    fault: (a: { kind: string; says: string; count: number }) =>
      `${a.says} (${a.kind}${a.count === 1 ? "" : `, and ${a.count - 1} more like it`})`,
    member: (a: { name: string; readers: string }) =>
      `the member "${a.name}" is seen by ${a.readers} alone`,
    more: (a: { count: number }) => `${a.count} more members are seen by some readers alone`,
  },
  *run({ archives, tars }, _context, finding) {
    if (archives.length + tars.length === 0) return "not-applicable";
    for (const { file, member, faults } of [...archives, ...tars]) {
      for (const { code, message, offset, count } of dangerousFaults(faults)) {
        yield finding.stop(
          "fault",
          { kind: code, says: message, count },
          { file: file.path, member, offset },
        );
      }
    }
    for (const { file, member, faults, archive } of archives) {
      if (dangerousFaults(faults).length === 0) continue;
      const uneven = archive.members.filter(isUneven);
      for (const { name, readers, headerOffset } of uneven.slice(0, MEMBERS_TOLD)) {
        yield finding.stop(
          "member",
          { name: name.slice(0, SHOWN), readers: readers.map((one) => READERS[one]).join(" and ") },
          { file: file.path, member: memberPath(member, namedStep(name)), offset: headerOffset },
        );
      }
      const more = uneven.length - MEMBERS_TOLD;
      if (more > 0) yield finding.stop("more", { count: more }, { file: file.path, member });
    }
    return undefined;
  },
});

/** Whoever scans sees what Python sees, where nothing is hidden from either. */
function isUneven({ readers }: ZipMember): boolean {
  const isCommon = readers.includes("python-zipfile") && readers.includes("scan");
  return readers.length > 0 && !isCommon;
}
