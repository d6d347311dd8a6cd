import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { expect, test } from "vitest";

import { plimsoll } from "./run.ts";

const old = oldNode();

test.skipIf(old === undefined)(
  `a Node that is too old (${old ?? "none is installed"}) is told so, with 3`,
  async () => {
    for (const args of [["--version"], ["vet", "."], ["up"]]) {
      const ran = await plimsoll(args, old === undefined ? {} : { node: old });
      expect(ran.code).toBe(3);
      expect(ran.stdout).toBe("");
      expect(ran.stderr).toContain("Node 24");
    }
  },
);

/** The first Node older than 24 that a person's shell would find. */
function oldNode(): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/local/bin", "/usr/bin"];
  return folders
    .map((folder) => join(folder, "node"))
    .filter((path) => existsSync(path))
    .find((path) => {
      const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
      const major = Number(/^v(\d+)\./u.exec(stdout ?? "")?.[1]);
      return status === 0 && major >= 16 && major < 24;
    });
}
