import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import {
  git,
  HAS_GIT,
  makeRepository,
  removeRepository,
  type MadeCommit,
} from "./histories.fixture.ts";
import { readHistory, type HistoryReading } from "./read-history.ts";

const PATH = process.env["PATH"] ?? "";
const DAY = 86_400;
const START = 1_700_000_000;

const made: string[] = [];
afterEach(() => {
  for (const root of made.splice(0)) removeRepository(root);
});

function repository(commits: readonly MadeCommit[], tags: readonly string[] = []): string {
  const root = makeRepository(commits, tags);
  made.push(root);
  return root;
}

function commit(root: string, message: string): void {
  const author = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
  git(root, [...author, "commit", "-q", "--allow-empty", "-m", message]);
}

const read = (root: string): Promise<HistoryReading> => readHistory(root, { path: PATH });

let sample = "";
beforeAll(() => {
  if (HAS_GIT) sample = makeRepository(two);
});
afterAll(() => {
  if (HAS_GIT) removeRepository(sample);
});

/** A copy of a repository: to make one anew costs git three programs. */
function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), "plimsoll-history-"));
  made.push(copy);
  cpSync(root, copy, { recursive: true });
  return copy;
}

const two: readonly MadeCommit[] = [{ at: START }, { at: START + DAY }];

describe.skipIf(!HAS_GIT)("with the git of this machine", () => {
  test("counts commits, people and tags", async () => {
    const root = repository(
      [
        ...two,
        { at: START + DAY, name: "Ben", email: "BEN@example.org" },
        { at: START + 2 * DAY, name: "Ann Author", email: "12+ann@users.noreply.github.com" },
        { at: START + 3 * DAY, name: "helper[bot]", email: "x@example.org" },
      ],
      ["v1.0", "v2.0-rc1"],
    );
    const { history, faults } = await read(root);
    expect(faults).toEqual([]);
    expect(history).toMatchObject({
      kind: "read",
      isShallow: false,
      commits: {
        commits: 5,
        byPrograms: 1,
        merges: 0,
        span: { first: START, last: START + 3 * DAY },
      },
      tags: { count: 2, newest: { name: "v1.0" } },
    });
    const people =
      history.kind === "read" ? history.commits.days.flatMap((day) => day.authors) : [];
    expect(new Set(people).size).toBe(2);
  });

  test("no address and no name leaves the reader", async () => {
    const reading = await read(
      repository([{ at: START, name: "Zoe Zed", email: "zoe@zed.example" }]),
    );
    expect(JSON.stringify(reading)).not.toMatch(/zoe|zed/iu);
  });

  test("a history in which nothing was committed is empty", async () => {
    expect(await read(repository([]))).toEqual({ history: { kind: "empty" }, faults: [] });
  });

  test("a folder inside a repository has no history of its own", async () => {
    const root = copyOf(sample);
    mkdirSync(join(root, "model"));
    expect(await read(join(root, "model"))).toEqual({ history: { kind: "none" }, faults: [] });
  });

  test("a shallow copy is one", async () => {
    const root = copyOf(sample);
    const copy = mkdtempSync(join(tmpdir(), "plimsoll-history-"));
    made.push(copy);
    git(copy, ["clone", "-q", "--depth", "1", `file://${root}`, "."]);
    const { history, faults } = await read(copy);
    expect(faults).toEqual([]);
    expect(history).toMatchObject({ isShallow: true, commits: { commits: 1 } });
  });

  test("references that were packed, and a head without a branch, are read", async () => {
    const root = repository(two, ["v1"]);
    git(root, ["pack-refs", "--all"]);
    expect((await read(root)).history).toMatchObject({
      commits: { commits: 2 },
      tags: { count: 1 },
    });
    git(root, ["update-ref", "--no-deref", "HEAD", git(root, ["rev-parse", "main~1"]).trim()]);
    expect((await read(root)).history).toMatchObject({ commits: { commits: 1 } });
  });

  test("objects named by SHA-256 are read", async () => {
    const root = mkdtempSync(join(tmpdir(), "plimsoll-history-"));
    made.push(root);
    git(root, ["init", "-q", "--template=", "--object-format=sha256", "-b", "main", "."]);
    commit(root, "x");
    expect((await read(root)).history).toMatchObject({ commits: { commits: 1 } });
  });

  test("a hostile author, and dates that no calendar has, are counted", async () => {
    const root = repository([
      { at: START, name: "x".repeat(200_000), email: "é\u001B".repeat(1_000) },
      { at: 99_999_999_999_999 },
      { at: START, name: "", email: "" },
    ]);
    const { history, faults } = await read(root);
    expect(faults).toEqual([]);
    expect(history).toMatchObject({ commits: { commits: 3, undated: 1 } });
  });

  test("a commit that is missing is a fault, and nothing is counted", async () => {
    const root = repository([]);
    for (const message of ["one", "two"]) commit(root, message);
    const first = git(root, ["rev-parse", "main~1"]).trim();
    rmSync(join(root, ".git/objects", first.slice(0, 2), first.slice(2)), { force: true });
    const { history, faults } = await read(root);
    expect(history).toEqual({ kind: "none" });
    expect(faults.join("")).toContain("git ended with 128");
  });
});

/** A program that leaves a mark when anything runs it. */
function trap(root: string): { readonly command: string; readonly mark: string } {
  const mark = join(root, "was-run");
  const command = join(root, "trap.sh");
  writeFileSync(command, `#!/bin/sh\ntouch "${mark}"\nexit 1\n`, { mode: 0o755 });
  return { command, mark };
}

describe.skipIf(!HAS_GIT)("a hostile folder", () => {
  test("settings that name programs run nothing, where plain git runs one", async () => {
    const root = copyOf(sample);
    const { command, mark } = trap(root);
    const outside = mkdtempSync(join(tmpdir(), "plimsoll-history-"));
    made.push(outside);
    writeFileSync(join(outside, "config"), "[core]\n  this is no setting\n");
    mkdirSync(join(root, ".git/hooks"), { recursive: true });
    writeFileSync(join(root, ".git/hooks/post-index-change"), readFileSync(command), {
      mode: 0o755,
    });
    const config = [
      ["core", ["fsmonitor", "pager", "sshCommand", "gitProxy", "editor", "askPass"]],
      ["gpg", ["program"]],
      ["diff", ["external"]],
      ['diff "x"', ["textconv", "command"]],
      ['filter "x"', ["clean", "smudge", "process"]],
      ["credential", ["helper"]],
      ["sequence", ["editor"]],
      ["alias", ["log", "for-each-ref"]],
    ] as const;
    const lines = config.flatMap(([section, keys]) => [
      `[${section}]`,
      ...keys.map((key) => `${key} = ${section === "alias" ? "!" : ""}${command}`),
    ]);
    lines.push("[log]", "showSignature = true", "[core]", `worktree = ${outside}`);
    lines.push(`hooksPath = ${join(root, ".git/hooks")}`, "[mailmap]", `file = ${outside}/config`);
    lines.push(
      "[extensions]",
      "partialClone = evil",
      '[remote "evil"]',
      `url = ext::${command}`,
      "promisor = true",
    );
    writeFileSync(join(root, ".git/config"), `[core]\nbare = false\n${lines.join("\n")}\n`);
    writeFileSync(join(root, ".gitattributes"), "* diff=x filter=x\n");
    const { history, faults } = await read(root);
    expect(faults).toEqual([]);
    expect(history).toMatchObject({ commits: { commits: 2 } });
    expect(existsSync(mark)).toBe(false);
    // The twin: the same settings, with git pointed straight at them.
    try {
      git(root, ["status"]);
    } catch {
      // The trap fails on purpose once it has left its mark.
    }
    expect(existsSync(mark)).toBe(true);
  });

  test("settings that include a file elsewhere are not read", async () => {
    const root = copyOf(sample);
    writeFileSync(join(root, ".git/config"), `[include]\npath = ${root}/words\n`);
    writeFileSync(join(root, "words"), "no setting\n");
    expect(() => git(root, ["log"])).toThrow("bad config");
    expect((await read(root)).history).toMatchObject({ commits: { commits: 2 } });
  });

  test.each([
    [
      "a `.git` that is a file",
      (root: string, other: string) => {
        rmSync(join(root, ".git"), { recursive: true });
        writeFileSync(join(root, ".git"), `gitdir: ${other}/.git\n`);
      },
    ],
    [
      "a `.git` that is a link",
      (root: string, other: string) => {
        rmSync(join(root, ".git"), { recursive: true });
        symlinkSync(join(other, ".git"), join(root, ".git"));
      },
    ],
    [
      "objects that are a link",
      (root: string, other: string) => {
        rmSync(join(root, ".git/objects"), { recursive: true });
        symlinkSync(join(other, ".git/objects"), join(root, ".git/objects"));
      },
    ],
    [
      "packs that are a link",
      (root: string, other: string) => {
        rmSync(join(root, ".git/objects/pack"), { recursive: true });
        symlinkSync(join(other, ".git/objects/pack"), join(root, ".git/objects/pack"));
      },
    ],
    [
      "borrowed objects",
      (root: string, other: string) => {
        mkdirSync(join(root, ".git/objects/info"), { recursive: true });
        writeFileSync(join(root, ".git/objects/info/alternates"), `${other}/.git/objects\n`);
      },
    ],
    [
      "a shared folder",
      (root: string, other: string) => {
        writeFileSync(join(root, ".git/commondir"), `${other}/.git\n`);
      },
    ],
    ["references in another form", (root: string) => mkdirSync(join(root, ".git/reftable"))],
    ["no HEAD", (root: string) => rmSync(join(root, ".git/HEAD"))],
    [
      "a HEAD that is a link",
      (root: string, other: string) => {
        rmSync(join(root, ".git/HEAD"));
        symlinkSync(join(other, ".git/HEAD"), join(root, ".git/HEAD"));
      },
    ],
    [
      "a branch behind a link",
      (root: string, other: string) => {
        renameSync(join(root, ".git/refs/heads"), join(root, ".git/refs/old"));
        symlinkSync(join(other, ".git/refs/heads"), join(root, ".git/refs/heads"));
      },
    ],
    [
      "a branch that is a link",
      (root: string, other: string) => {
        rmSync(join(root, ".git/refs/heads/main"));
        symlinkSync(join(other, ".git/refs/heads/main"), join(root, ".git/refs/heads/main"));
      },
    ],
    [
      "a HEAD that leads out of the folder",
      (root: string, other: string) => {
        writeFileSync(join(root, ".git/HEAD"), `ref: refs/../..${other}/.git/refs/heads/main\n`);
      },
    ],
    [
      "a HEAD that names no commit",
      (root: string) => {
        writeFileSync(join(root, ".git/HEAD"), `${"a".repeat(40)}\n`);
      },
    ],
    [
      "a HEAD that is an option",
      (root: string) => {
        writeFileSync(join(root, ".git/HEAD"), "--upload-pack=x\n");
      },
    ],
  ])("%s is a fault", async (_, spoil) => {
    const [root, other] = [copyOf(sample), copyOf(sample)];
    spoil(root, other);
    const { history, faults } = await read(root);
    expect(history).toEqual({ kind: "none" });
    expect(faults).toHaveLength(1);
  });

  test.each([
    [
      "a link",
      (root: string, other: string) => {
        symlinkSync(join(other, ".git/HEAD"), join(root, ".git/refs/tags/v2"));
      },
    ],
    [
      "no name of an object",
      (root: string) => {
        writeFileSync(join(root, ".git/refs/tags/v2"), "ref: refs/tags/v1\n");
      },
    ],
  ])("a tag that is %s is a fault beside what was read", async (_, spoil) => {
    const [root, other] = [copyOf(sample), copyOf(sample)];
    spoil(root, other);
    const { history, faults } = await read(root);
    expect(history).toMatchObject({ commits: { commits: 2 } });
    expect(faults).toEqual(["not every tag could be read"]);
  });

  test("nothing is left in the temporary folder", async () => {
    const root = copyOf(sample);
    const here = process.env["TMPDIR"];
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-history-"));
    made.push(folder);
    process.env["TMPDIR"] = folder;
    try {
      await read(root);
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      if (here === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = here;
    }
  });
});

test("where git is not installed, that is the fault", async () => {
  const root = mkdtempSync(join(tmpdir(), "plimsoll-history-"));
  made.push(root);
  mkdirSync(join(root, ".git/objects"), { recursive: true });
  writeFileSync(join(root, ".git/HEAD"), `${"a".repeat(40)}\n`);
  const { history, faults } = await readHistory(root, { path: join(root, "nowhere") });
  expect(history).toEqual({ kind: "none" });
  expect(faults).toEqual(["git is not installed"]);
});

/** A program in the place of git. */
function pretend(script: string): { readonly root: string; readonly path: string } {
  const root = mkdtempSync(join(tmpdir(), "plimsoll-history-"));
  made.push(root);
  mkdirSync(join(root, ".git/objects"), { recursive: true });
  writeFileSync(join(root, ".git/HEAD"), `${"a".repeat(40)}\n`);
  writeFileSync(join(root, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { root, path: root };
}

const fields = (...all: string[]): string => `printf '${all.join("\\000")}\\000'`;
const hash = "a".repeat(40);

test.skipIf(process.platform === "win32").each([
  ["takes too long", "exec /bin/sleep 30", "limit of 150 ms reached: git took too long"],
  [
    "fails after a sound answer",
    `${fields(hash, "1700000000", "", "e", "n")}; exit 1`,
    "git ended with 1",
  ],
  ["breaks off", fields(hash, "1700000000", ""), "git's answer breaks off"],
  [
    "answers out of step",
    fields("x", hash, "1700000000", "", "e"),
    "git's answer is not in the form that was asked for",
  ],
  ["is ended", "kill -TERM $$", "git was ended by SIGTERM"],
])("a git that %s is a fault", async (_, script, fault) => {
  const { root, path } = pretend(script);
  const { history, faults } = await readHistory(root, {
    path,
    ms: script.includes("sleep") ? 150 : 10_000,
  });
  expect(history).toEqual({ kind: "none" });
  expect(faults).toEqual([fault]);
});

test("a folder without a history has none", async () => {
  const root = mkdtempSync(join(tmpdir(), "plimsoll-history-"));
  made.push(root);
  expect(await read(root)).toEqual({ history: { kind: "none" }, faults: [] });
});
