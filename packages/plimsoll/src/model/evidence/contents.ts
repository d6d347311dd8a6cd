import { defineEvidence } from "../../kernel/define-evidence.ts";
import type { Unread } from "../../kernel/unread.ts";
import type { Contents } from "../contents/content.ts";
import { lookIntoOf } from "../contents/look-into.ts";
import { ContentWalk, type Harvest } from "../contents/walk.ts";
import { readWith } from "../read.ts";
import type { FileKind } from "./kinds.ts";

declare module "../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /**
     * What lies within files: members of zip and tar archives, what compressed files become, pickles in
     * NumPy arrays, and these within each other. `archives`, `tars`, `members` and `pickles` are its parts.
     */
    readonly contents: Contents;
  }
}

export default defineEvidence({
  name: "contents",
  needs: ["kinds"],
  provide: ({ kinds }) => {
    const all: Harvest = { entries: [], zips: [], tars: [], pickles: [], unreadPickles: [] };
    const opened = new Set<string>();
    const unreads: Unread[] = [];
    for (const { file, formats } of kinds) {
      if (!isContainer(formats)) continue;
      const walk = new ContentWalk(file);
      const read = readWith(file, (source) => walk.walk(source, formats));
      if (read.kind === "unread") unreads.push(read);
      else if (read.value) opened.add(file.path);
      unreads.push(...walk.unread);
      gather(all, walk.harvest);
    }
    return { value: { ...all, opened }, unread: unreads };
  },
});

function isContainer(formats: FileKind["formats"]): boolean {
  return formats.some(({ format }) => lookIntoOf(format) !== undefined);
}

function gather(all: Harvest, found: Harvest): void {
  for (const one of found.entries) all.entries.push(one);
  for (const one of found.zips) all.zips.push(one);
  for (const one of found.tars) all.tars.push(one);
  for (const one of found.pickles) all.pickles.push(one);
  for (const one of found.unreadPickles) all.unreadPickles.push(one);
}
