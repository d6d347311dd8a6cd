import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { GitRefs } from "./refs.ts";

/** A repository of our own over objects of another: its settings are ours, so that those of a stranger are never read. */
export type GitHome = { readonly folder: string; readonly remove: () => void };

/**
 * Makes an empty repository in the temporary folder, with the stranger's references under names of our own.
 *
 * Settings of a repository can name programs (`core.fsmonitor`, `core.sshCommand`, filters, pagers), include other
 * files and move its folders; git reads those of the folder that it is pointed to, which is this one.
 */
export function makeHome(head: string, refs: GitRefs): GitHome {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-git-"));
  const isLong = head.length === 64;
  const config = [
    "[core]",
    `repositoryformatversion = ${isLong ? 1 : 0}`,
    "bare = true",
    ...(isLong ? ["[extensions]", "objectFormat = sha256"] : []),
  ];
  mkdirSync(join(folder, "refs"));
  mkdirSync(join(folder, "objects"));
  writeFileSync(join(folder, "config"), `${config.join("\n")}\n`);
  writeFileSync(join(folder, "HEAD"), `${head}\n`);
  const ofForm = refs.tags.map(({ hash }, index) =>
    hash.length === head.length ? `${hash} refs/tags/${index}\n` : "",
  );
  writeFileSync(join(folder, "packed-refs"), ofForm.join(""));
  if (refs.shallow.length > 0) {
    writeFileSync(join(folder, "shallow"), `${refs.shallow.join("\n")}\n`);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
