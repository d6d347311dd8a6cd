import { defineCheck } from "../../../kernel/check.ts";
import { memberPath, namedStep } from "../../../model/contents/member-path.ts";
import { tarEscapes } from "../structure/tar-escapes.ts";

/** Characters of a foreign name that a message shows. */
const SHOWN = 120;

export default defineCheck({
  id: "security/archive-escape",
  code: "PLM-SEC-005",
  title: "A member of an archive would be unpacked outside its folder",
  why: "Unpacking such an archive overwrites files elsewhere: a start-up script, a key, a library.",
  source: { url: "https://cwe.mitre.org/data/definitions/22.html", read: "2026-11-25" },
  basis: "read",
  needs: ["archives", "tars"],
  limits: [
    "zip and tar archives are read, in each other and in compressed files to a depth of 8; 7z and RAR are not opened",
  ],
  page: {
    detects:
      "Names of members in every zip and tar archive, at any depth: absolute paths, drive letters, backslashes, NUL bytes and steps with `..`. In a zip archive also members that are symbolic links; in a tar archive links whose target lies outside, members that would be unpacked through a link, devices and pipes.",
    levels: {
      stop: "a name or a link leaves the folder, a member is unpacked through a link, or is a device.",
      unknown: "the archive could not be read to its end.",
    },
    mend: "Do not unpack the archive. Ask its publisher, or take another variant of the model.",
  },
  messages: {
    name: (a: { name: string }) => `the member "${a.name}" would be unpacked outside the folder`,
    link: (a: { name: string }) => `the member "${a.name}" is a symbolic link`,
    "tar-link": (a: { name: string; target: string }) =>
      `the member "${a.name}" is a link that leads to "${a.target}", outside the folder`,
    through: (a: { name: string }) =>
      `the member "${a.name}" would be unpacked through a link of the same archive`,
    device: (a: { name: string; kind: string }) => `the member "${a.name}" is a ${a.kind}`,
  },
  *run({ archives, tars }, _context, finding) {
    if (archives.length + tars.length === 0) return "not-applicable";
    for (const { file, member: place, archive } of archives) {
      for (const member of archive.members) {
        if (!member.unsafeName && !member.isSymlink) continue;
        const key = member.isSymlink ? "link" : "name";
        const path = memberPath(place, namedStep(member.name));
        const at = { file: file.path, member: path, offset: member.recordOffset };
        yield finding.stop(key, { name: member.name.slice(0, SHOWN) }, at);
      }
    }
    for (const { file, member: place, archive } of tars) {
      for (const { key, member } of tarEscapes(archive.members)) {
        const path = memberPath(place, namedStep(member.name));
        const at = { file: file.path, member: path, offset: member.headerOffset };
        const name = member.name.slice(0, SHOWN);
        const target = (member.linkTarget ?? "").slice(0, SHOWN);
        if (key === "device") yield finding.stop(key, { name, kind: member.kind }, at);
        else if (key === "link") yield finding.stop("tar-link", { name, target }, at);
        else yield finding.stop(key, { name }, at);
      }
    }
    return undefined;
  },
});
