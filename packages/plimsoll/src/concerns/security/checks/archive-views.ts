import { defineCheck } from "../../../kernel/check.ts";
import { dangerousFaults } from "../structure/faults.ts";

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
    "whether two readers take the same one of two members is not tried",
    "zip and tar archives are compared, in each other and in compressed files to a depth of 8; 7z and RAR are not opened",
  ],
  page: {
    detects:
      "The directory of every zip archive is compared with the header before each member: names, methods, sizes and sums. Repeated names, names that differ only in case, overlapping members, and bytes before, between or behind them are faults. The headers of every tar archive are read as Python and GNU tar read them: names that occur twice, headers that give two sizes, members behind the end, and bytes that belong to none are faults. Archives in archives and in compressed files are compared too.",
    levels: {
      stop: "the two disagree, a name occurs twice, members overlap, or bytes lie where no member is.",
      unknown: "the file could not be read to its end.",
    },
    mend: "Do not load the file. Fetch it again and compare its digest with the publisher's; if it is the same, ask the publisher, or take another variant.",
  },
  messages: {
    fault: (a: { kind: string; says: string; count: number }) =>
      `${a.says} (${a.kind}${a.count === 1 ? "" : `, and ${a.count - 1} more like it`})`,
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
    return undefined;
  },
});
