import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { sniffSource } from "@plimsoll/formats";
import { buildTar, buildZip } from "@plimsoll/formats/kit";
import { afterEach, beforeEach, expect, test } from "vitest";

import { readWith } from "../read.ts";
import { resolveReference } from "../reference.ts";
import { takeSnapshot } from "../snapshot.ts";
import { readContents } from "./read-again.ts";
import { ContentWalk } from "./walk.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-contents-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("contents are opened again, each container once for all that lies in it", () => {
  const zip = buildZip({
    members: [
      { name: "a", data: "one", method: 8 },
      { name: "b", data: "two" },
    ],
  });
  writeFileSync(
    join(folder, "m.tgz"),
    gzipSync(
      buildTar([
        { name: "z.zip", data: zip },
        { name: "c", data: "six" },
      ]),
    ),
  );
  const opened: string[] = [];
  const snapshot = takeSnapshot(resolveReference(folder, "/"), {
    onOpen: (path) => opened.push(path),
  });
  const [file] = snapshot.files;
  if (file === undefined) throw new TypeError("no file");
  const walk = new ContentWalk(file);
  readWith(file, (source) => walk.walk(source, sniffSource(source)));
  const decompressed: string[] = [];
  const entries = walk.harvest.entries.map((entry) => ({ ...entry }));
  const [gzip] = walk.harvest.entries;
  if (gzip === undefined) throw new TypeError("nothing in it");
  const { open } = gzip;
  Object.assign(gzip, {
    open: (...args: Parameters<typeof open>) => {
      decompressed.push(gzip.member);
      return open(...args);
    },
  });
  const texts: string[] = [];
  const wanted = entries.filter(({ name }) => name.length === 1);
  const unread = readContents(snapshot, wanted, ({ name }, source) => {
    texts.push(`${name}=${Buffer.from(source.read(0, source.size)).toString()}`);
  });
  expect({ unread, texts, decompressed, opened }).toEqual({
    unread: [],
    texts: ["a=one", "b=two", "c=six"],
    decompressed: ["<gzip>"],
    opened: ["m.tgz", "m.tgz"],
  });
});
