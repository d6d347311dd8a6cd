import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterAll, describe, expect, test } from "vitest";

import { unprivileged } from "./privilege.ts";
import { EXECUTABLE, plimsoll, spawned, vetted } from "./run.ts";
import { makeWorld } from "./world.ts";

/** Node cannot make a named pipe; this program of POSIX can. */
const PIPE_MAKER = "mkfifo";

const world = makeWorld();
afterAll(world.remove);

/** The reason why a file is unread, in a report whose verdict cannot then be better than unknown. */
async function unreadIn(folder: string, options = {}): Promise<ReadonlyMap<string, string>> {
  const { code, report } = await vetted(folder, ["--only", "security"], options);
  expect(report.verdict).toBe("unknown");
  expect(code).toBe(1);
  return new Map(report.unread.map((one) => [one.file, one.reason]));
}

const NOTES = { "notes.txt": "a few words\n" };

describe.concurrent("links", () => {
  test("a link to a file inside is followed", async () => {
    const folder = world.folder("inside", NOTES);
    symlinkSync("notes.txt", join(folder, "again.txt"));
    const { code, report } = await vetted(folder, ["--only", "security"]);
    expect(report.model.files).toBe(2);
    expect(report.unread).toEqual([]);
    expect(code).toBe(0);
  });

  test("one that leaves the folder, one that loops, one that leads nowhere, one to a folder", async () => {
    const folder = world.folder("links", NOTES);
    writeFileSync(join(world.path, "secret.txt"), "not of this model");
    symlinkSync("../secret.txt", join(folder, "out.txt"));
    symlinkSync("self", join(folder, "self"));
    symlinkSync("gone", join(folder, "nowhere"));
    mkdirSync(join(folder, "deep"));
    symlinkSync("../", join(folder, "deep", "up"));
    const unread = await unreadIn(folder);
    expect([...unread.keys()].toSorted()).toEqual(["deep/up", "nowhere", "out.txt", "self"]);
  });

  test("a link as the model is followed, one to itself is a missing path", async () => {
    const folder = world.folder("target", NOTES);
    symlinkSync(folder, join(world.path, "to-target"));
    symlinkSync("loop", join(world.path, "loop"));
    expect((await vetted(join(world.path, "to-target"))).report.model.files).toBe(1);
    expect((await plimsoll(["vet", join(world.path, "loop")])).code).toBe(2);
  });

  test("a hub cache is read through its links, but not past its blobs", async () => {
    const hub = world.folder("models--org--name", {
      "blobs/0a1b": "a few words\n",
      "elsewhere/2c3d": "other words\n",
      "snapshots/abc/own.txt": "own words\n",
    });
    const snapshot = join(hub, "snapshots", "abc");
    symlinkSync("../../blobs/0a1b", join(snapshot, "notes.txt"));
    const { report } = await vetted(snapshot, ["--only", "security"]);
    expect(report.unread).toEqual([]);
    expect(report.model.files).toBe(2);
    symlinkSync("../../elsewhere/2c3d", join(snapshot, "past.txt"));
    expect([...(await unreadIn(snapshot)).keys()]).toEqual(["past.txt"]);
  });
});

describe.concurrent("what is no file", () => {
  test("an empty folder is unknown", async () => {
    const unread = await unreadIn(world.folder("empty", {}));
    expect([...unread.keys()]).toEqual(["."]);
  });

  const fifo = join(world.path, "a-fifo");
  test.skipIf(!made(fifo))("a named pipe blocks nothing, in a folder or as the model", async () => {
    const folder = world.folder("fifo", NOTES);
    made(join(folder, "model.safetensors"));
    expect([...(await unreadIn(folder)).keys()]).toEqual(["model.safetensors"]);
    const { code, report } = await vetted(fifo);
    expect(report.verdict).toBe("unknown");
    expect(code).toBe(1);
  });

  test.skipIf(process.platform === "win32")("a socket", async () => {
    const folder = world.folder("socket", NOTES);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, "model.gguf"), resolve));
    try {
      expect([...(await unreadIn(folder)).keys()]).toEqual(["model.gguf"]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test("folders within folders end somewhere", async () => {
    const folder = world.folder("deep-folders", NOTES);
    mkdirSync(join(folder, ...Array<string>(80).fill("d")), { recursive: true });
    expect((await unreadIn(folder)).size).toBe(1);
  });
});

describe.concurrent("names", () => {
  const odd = world.folder("odd", NOTES);
  const bytes = Buffer.concat([
    Buffer.from(`${odd}/`),
    Buffer.from([0x6d, 0xff, 0xfe]),
    Buffer.from(".py"),
  ]);
  test.skipIf(!wrote(bytes))("that are not UTF-8 are named by their bytes", async () => {
    const unread = await unreadIn(odd);
    expect([...unread.keys()]).toEqual(["m\\xff\\xfe.py"]);
  });

  test.skipIf(process.platform === "win32")(
    "on the command line too: a missing path, told apart and printable",
    async () => {
      const script = `exec "$0" "$1" vet "$(printf 'no\\377thing')"`;
      const ran = await spawned("/bin/sh", ["-c", script, process.execPath, EXECUTABLE]);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain("thing");
    },
  );

  test("of 255 bytes, of spaces, of dots and with a newline", async () => {
    const names = ["x".repeat(251).concat(".txt"), "   ", "..a", "two\nlines.txt", "-flag.txt"];
    const folder = world.folder(
      "long names",
      Object.fromEntries(names.map((name) => [name, "a few words\n"])),
    );
    const { report } = await vetted(folder, ["--only", "support"]);
    expect(report.model.files).toBe(names.length);
    const ran = await plimsoll(["vet", folder]);
    expect(ran.stdout).not.toContain("two\nlines");
  });
});

describe.concurrent("what may not be read or written", () => {
  const user = unprivileged();

  test.skipIf(user === undefined)("a file is unread, and so is a folder", async () => {
    const folder = world.folder("unreadable", {
      ...NOTES,
      "model.gguf": "GGUF",
      "closed/a.txt": "words",
    });
    chmodSync(world.path, 0o755);
    chmodSync(join(folder, "model.gguf"), 0);
    chmodSync(join(folder, "closed"), 0);
    try {
      const unread = await unreadIn(folder, user);
      expect([...unread.keys()].toSorted()).toEqual(["closed", "model.gguf"]);
    } finally {
      chmodSync(join(folder, "closed"), 0o755);
    }
  });

  test.skipIf(user === undefined)(
    "a model behind a closed folder is an environment to mend",
    async () => {
      const folder = world.folder("behind", { "closed/model/a.txt": "words" });
      chmodSync(world.path, 0o755);
      chmodSync(join(folder, "closed"), 0);
      try {
        const ran = await plimsoll(["vet", join(folder, "closed", "model")], user);
        expect(ran.code).toBe(3);
        expect(ran.stderr).toContain("closed");
      } finally {
        chmodSync(join(folder, "closed"), 0o755);
      }
    },
  );

  test("a home that cannot be written, or does not exist, hinders no vet", async () => {
    const folder = world.folder("homeless", NOTES);
    const file = world.file("not-a-folder", "");
    for (const env of [
      { HOME: file },
      { HOME: "/proc" },
      { HOME: "" },
      { XDG_CONFIG_HOME: file },
    ]) {
      const { code, stderr } = await vetted(folder, ["--only", "security"], { env });
      expect(stderr).toBe("");
      expect(code).toBe(0);
    }
  });
});

/** Makes a named pipe; false where there is no way to. */
function made(path: string): boolean {
  try {
    execFileSync(PIPE_MAKER, [path], { stdio: "ignore" });
    return true;
  } catch {
    // No such program here: the test is skipped by name.
    return false;
  }
}

/** Writes a file under a name of any bytes; false where the file system refuses. */
function wrote(path: Buffer): boolean {
  try {
    writeFileSync(path, "import x\n");
    return true;
  } catch {
    // macOS takes UTF-8 alone.
    return false;
  }
}

describe.concurrent("a home that is no place to keep anything in", () => {
  test.runIf(process.platform === "linux").each(["/proc/x", "/proc", "/sys/x"])(
    "%s is told in one sentence",
    async (home) => {
      const env = { PLIMSOLL_HOME: home };
      const serve = ["serve", "--port", "0", "--upstream", "a=http://127.0.0.1:1/v1"];
      for (const args of [serve, ["keys", "list"]]) {
        const { code, stderr } = await plimsoll(args, { env });
        expect([code, stderr.trim().split("\n").length]).toEqual([3, 2]);
        expect(stderr).toContain("[home-unwritable]");
      }
    },
  );
  test("one that is a file", async () => {
    const folder = world.folder("home-file", NOTES);
    const env = { PLIMSOLL_HOME: join(folder, "notes.txt") };
    const { code, stderr } = await plimsoll(["keys", "list"], { env });
    expect([code, stderr.includes("[home-unwritable]")]).toEqual([3, true]);
  });
  test("a link to itself, and one to nothing", async () => {
    const folder = world.folder("home-links", NOTES);
    for (const name of ["loop", "nowhere"]) {
      symlinkSync(name === "loop" ? "loop" : "gone", join(folder, name));
      const env = { PLIMSOLL_HOME: join(folder, name) };
      const { code, stderr } = await plimsoll(["keys", "list"], { env });
      expect([code, stderr.trim().split("\n").length]).toEqual([3, 2]);
      expect(stderr).toContain("is no folder");
    }
  });
  test("one with blanks and letters of the world in its name is as good as any", async () => {
    const folder = world.folder("mit Leerzeichen \u00fc \u65e5\u672c", {});
    const env = { PLIMSOLL_HOME: folder };
    expect((await plimsoll(["keys", "create", "--name", "x"], { env })).code).toBe(0);
    expect((await plimsoll(["audit", "verify"], { env })).code).toBe(0);
  });
  test("one whose store a newer version wrote is left as it is", async () => {
    const folder = world.folder("newer", {});
    const env = { PLIMSOLL_HOME: folder };
    expect((await plimsoll(["keys", "list"], { env })).code).toBe(0);
    const path = join(folder, "store", "plimsoll.sqlite");
    const db = new DatabaseSync(path);
    db.exec("insert into migrations values ('9999-later', 'x', 1)");
    db.close();
    const serve = ["serve", "--port", "0", "--upstream", "a=http://127.0.0.1:1/v1"];
    for (const args of [serve, ["keys", "create", "--name", "x"]]) {
      const { code, stderr } = await plimsoll(args, { env });
      expect([code, stderr.includes("[store-newer]")]).toEqual([3, true]);
    }
    const after = new DatabaseSync(path);
    expect(after.prepare("select count(*) as n from keys").get()).toEqual({ n: 0 });
    after.close();
  });
});
