import { userInfo } from "node:os";

/** Milliseconds that git may take to say a name. */
const GIT_MAX_MS = 2_000;

/** Who answers for a waiver: the name that git knows here, else the name of the account; undefined where neither is known. */
export function authorHere(cwd: string): string | undefined {
  // Taken here and not imported: every vet would pay for loading it.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const git = spawnSync("git", ["config", "--get", "user.name"], {
    cwd,
    encoding: "utf8",
    timeout: GIT_MAX_MS,
    // Nothing of what is read here may make git ask.
    stdio: ["ignore", "pipe", "ignore"],
  });
  // Its exit status first: an error may come with words.
  const name = git.status === 0 ? git.stdout.trim() : "";
  return name === "" ? accountName() : name;
}

function accountName(): string | undefined {
  try {
    const { username } = userInfo();
    return username === "" ? undefined : username;
  } catch {
    // An account without an entry, as in some containers.
    return undefined;
  }
}
