import { expect, test } from "vitest";

import { terminalVerification } from "./terminal.ts";
import type { VerifiedFile, VerifyReport } from "./verify-report.ts";

const sha256 = "ab".repeat(32);
const bytes = { size: 1234, sha256 };

const reportOf = (files: readonly VerifiedFile[]): VerifyReport => {
  const ok = files.every(({ state }) => state === "ok");
  const model = { name: "m", reference: "./m", ok, digest: `sha256:${sha256}`, files };
  return {
    schema: "plimsoll/verify@1",
    tool: { version: "0" },
    lock: "/plimsoll.lock",
    ok,
    models: [model],
  };
};

const hostile = (_: unknown, index: number): VerifiedFile => ({
  path: `\u001B[2J${index}`,
  state: "extra",
});

const withMany = (count: number): string =>
  terminalVerification(reportOf(Array.from({ length: count }, hostile)));

test("every difference has its line, with digests", () => {
  const text = terminalVerification(
    reportOf([
      {
        path: "a",
        state: "changed",
        expected: bytes,
        actual: { size: 1, sha256: "cd".repeat(32) },
      },
      { path: "b", state: "missing", expected: bytes, renamedTo: "c" },
      { path: "c", state: "extra", renamedFrom: "b" },
      { path: "d", state: "unread", reason: "io: no" },
      { path: "e", state: "ok", sha256 },
    ]),
  );
  expect(text).toContain("m (./m): 1 changed, 1 missing, 1 extra, 1 unread\n");
  expect(text).toContain(
    `  changed  a\n    expected sha256:${sha256} (1,234 bytes)\n    actual   sha256:${"cd".repeat(32)} (1 bytes)\n`,
  );
  expect(text).toContain("missing  b, renamed to c\n");
  expect(text).not.toContain(" e\n");
});

test("a model that is as it was takes one line", () => {
  expect(
    terminalVerification(reportOf([{ path: "e", state: "ok", sha256 }])).split("\n"),
  ).toHaveLength(3);
});

test("foreign names are made printable, and a thousand differences are cut", () => {
  expect(withMany(1)).not.toContain("\u001B");
  expect(withMany(100)).not.toContain("more:");
  expect(withMany(101)).toContain("and 1 more:");
});
