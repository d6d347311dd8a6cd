import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { resolveReference } from "./reference.ts";
import { takeSnapshot, type Snapshot } from "./snapshot.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-walk-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const put = (path: string, content: string | Uint8Array = "x"): void => {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), content);
};
const snap = (path = "model"): Snapshot => takeSnapshot(resolveReference(join(folder, path), "/"));
const paths = ({ files }: Snapshot): string[] => files.map((file) => file.path);
const unread = ({ unread: list }: Snapshot): string[] =>
  list.map((one) => `${one.file}: ${one.reason}`);

test("files are listed by path, with sizes", () => {
  put("model/b.txt", "abc");
  put("model/a/c.txt");
  const snapshot = snap();
  expect(paths(snapshot)).toEqual(["a/c.txt", "b.txt"]);
  expect(snapshot.bytes).toBe(4);
});

test("one file is a model of its own", () => {
  put("model/b.gguf", "abc");
  expect(paths(snap("model/b.gguf"))).toEqual(["b.gguf"]);
});

test("one part of a split model brings its siblings, their index and configuration, and nothing else", () => {
  put("model/m-00001-of-00002.safetensors");
  put("model/m-00002-of-00002.safetensors");
  put("model/m.safetensors.index.json");
  put("model/m-00002-of-00003.safetensors");
  put("model/other-00001-of-00002.safetensors");
  put("model/config.json");
  put("model/README.md");
  expect(paths(snap("model/m-00002-of-00002.safetensors"))).toEqual([
    "config.json",
    "m-00001-of-00002.safetensors",
    "m-00002-of-00002.safetensors",
    "m.safetensors.index.json",
  ]);
});

test("a linked part of a hub cache brings the siblings beside the link, not those of its target", () => {
  put("blobs/aa", "one");
  put("blobs/bb", "two");
  put("snapshots/c/m-00001-of-00002.gguf");
  rmSync(join(folder, "snapshots/c/m-00001-of-00002.gguf"));
  symlinkSync("../../blobs/aa", join(folder, "snapshots/c/m-00001-of-00002.gguf"));
  symlinkSync("../../blobs/bb", join(folder, "snapshots/c/m-00002-of-00002.gguf"));
  expect(paths(snap("snapshots/c/m-00001-of-00002.gguf"))).toEqual([
    "m-00001-of-00002.gguf",
    "m-00002-of-00002.gguf",
  ]);
});

test("the history beside a model is not the model, a folder that only sounds like it is", () => {
  put("model/.git/config");
  put("model/.github/x");
  expect(paths(snap())).toEqual([".github/x"]);
});

test("a link within the folder is read, one that leaves it or leads nowhere is not", () => {
  put("model/a.txt");
  put("secret.txt");
  symlinkSync("a.txt", join(folder, "model/inside"));
  symlinkSync("../secret.txt", join(folder, "model/outside"));
  symlinkSync("gone", join(folder, "model/nowhere"));
  const snapshot = snap();
  expect(paths(snapshot)).toEqual(["a.txt", "inside"]);
  expect(unread(snapshot)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^outside: a link that leaves/u),
      expect.stringMatching(/^nowhere: a link that leads nowhere/u),
    ]),
  );
});

test("a folder beside it whose name begins alike is outside", () => {
  put("model/a.txt");
  put("model2/b.txt");
  symlinkSync("../model2/b.txt", join(folder, "model/b"));
  expect(paths(snap())).toEqual(["a.txt"]);
});

test("links to folders are not followed, so a loop ends", () => {
  put("model/a.txt");
  symlinkSync(".", join(folder, "model/loop"));
  const snapshot = snap();
  expect(paths(snapshot)).toEqual(["a.txt"]);
  expect(unread(snapshot)).toEqual(["loop: a link to a folder, not followed"]);
});

test("a hub cache's snapshot of links into its blobs is a model", () => {
  put("models--o--n/blobs/abc", "abc");
  mkdirSync(join(folder, "models--o--n/snapshots/rev"), { recursive: true });
  symlinkSync("../../blobs/abc", join(folder, "models--o--n/snapshots/rev/m.gguf"));
  symlinkSync("../../../elsewhere", join(folder, "models--o--n/snapshots/rev/x"));
  put("elsewhere");
  const snapshot = snap("models--o--n/snapshots/rev");
  expect(paths(snapshot)).toEqual(["m.gguf"]);
  expect(unread(snapshot)).toHaveLength(1);
});

test("names that are not UTF-8 are shown by their bytes and never look alike", () => {
  mkdirSync(join(folder, "model"));
  for (const name of [Buffer.from("a\xff", "latin1"), Buffer.from("a\\xff")]) {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/model/`), name]), "x");
  }
  const shown = paths(snap());
  expect(new Set(shown).size).toBe(2);
  expect(shown).toContain("a\\xff");
});

test("a socket is unread, not skipped", async () => {
  mkdirSync(join(folder, "model"));
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(join(folder, "model/s"), resolve);
  });
  try {
    expect(unread(snap())).toEqual(["s: a socket, not a file"]);
  } finally {
    server.close();
  }
});

test.each(["hf:org/name", "https://example.org/m.gguf", "ollama:llama3"])(
  "%s is refused",
  (text) => {
    expect(() => resolveReference(text, folder)).toThrow(
      expect.objectContaining({ code: "reference-unsupported" }),
    );
  },
);

test("what is not there is said to be not there", () => {
  expect(() => resolveReference("none", folder)).toThrow(
    expect.objectContaining({ code: "reference-not-found" }),
  );
  expect(() => resolveReference("", folder)).toThrow(expect.objectContaining({ code: "usage" }));
  symlinkSync("round", join(folder, "round"));
  expect(() => resolveReference("round", folder)).toThrow(
    expect.objectContaining({ code: "reference-not-found" }),
  );
});
