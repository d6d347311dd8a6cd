import { defineCheck } from "../../../kernel/check.ts";

/** Characters of a foreign name that a message shows. */
const SHOWN = 120;

export default defineCheck({
  id: "security/archive-escape",
  code: "PLM-SEC-005",
  title: "A member of an archive would be unpacked outside its folder",
  why: "Unpacking such an archive overwrites files elsewhere: a start-up script, a key, a library.",
  source: { url: "https://cwe.mitre.org/data/definitions/22.html", read: "2026-11-25" },
  basis: "read",
  needs: ["archives"],
  limits: ["only zip archives are read"],
  page: {
    detects:
      "Names of members in every zip archive: absolute paths, drive letters, backslashes, NUL bytes, steps with `..`, and members that are symbolic links.",
    levels: {
      stop: "a name leaves the folder, or a member is a link.",
      unknown: "the archive could not be read to its end.",
    },
    mend: "Do not unpack the archive. Ask its publisher, or take another variant of the model.",
  },
  messages: {
    name: (a: { name: string }) => `the member "${a.name}" would be unpacked outside the folder`,
    link: (a: { name: string }) => `the member "${a.name}" is a symbolic link`,
  },
  *run({ archives }, _context, finding) {
    if (archives.length === 0) return "not-applicable";
    for (const { file, archive } of archives) {
      for (const member of archive.members) {
        if (!member.unsafeName && !member.isSymlink) continue;
        const key = member.isSymlink ? "link" : "name";
        const at = { file: file.path, member: member.name, offset: member.recordOffset };
        yield finding.stop(key, { name: member.name.slice(0, SHOWN) }, at);
      }
    }
    return undefined;
  },
});
