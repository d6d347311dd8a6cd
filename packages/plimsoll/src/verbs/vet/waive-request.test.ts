import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

import { PlimsollError } from "../../kernel/error.ts";
import { waiveRequest, waiverFile } from "./waive-request.ts";

const CONTEXT = { cwd: tmpdir(), now: new Date("2026-11-25T12:00:00Z") };
const SAID = { waive: "PLM-SEC-001", reason: "ours", author: "Ada" };

function request(options: Readonly<Record<string, unknown>>): unknown {
  try {
    return waiveRequest(options, CONTEXT);
  } catch (error) {
    return PlimsollError.isInstance(error) ? error.code : error;
  }
}

describe("what is to be waived", () => {
  test("nothing, where nobody asks", () => {
    expect(request({ strict: true, only: ["security"] })).toBeUndefined();
  });

  test("code, reason, author and last day", () => {
    expect(request({ ...SAID, waive: "plm-sec-001", until: "2026-11-25" })).toEqual({
      code: "PLM-SEC-001",
      reason: "ours",
      author: "Ada",
      until: "2026-11-25",
    });
    expect(request({ ...SAID, author: undefined })).toMatchObject({ until: undefined });
  });

  test.each([
    ["no reason", { ...SAID, reason: undefined }],
    ["a reason of spaces", { ...SAID, reason: "  " }],
    ["a reason that is too long", { ...SAID, reason: "x".repeat(501) }],
    ["no finding code", { ...SAID, waive: "security" }],
    ["a code that no check has", { ...SAID, waive: "PLM-SEC-999" }],
    ["a day that is over", { ...SAID, until: "2026-11-24" }],
    ["a day that is none", { ...SAID, until: "2027-02-30" }],
    ["a word for a day", { ...SAID, until: "tomorrow" }],
    ["a reason without a code", { reason: "ours" }],
    ["a lock beside it", { ...SAID, lock: true }],
    ["a choice of checks beside it", { ...SAID, only: ["security"] }],
  ])("%s is refused", (_, options) => {
    expect(request(options)).toBe("usage");
  });

  test("a reason as long as may be is taken", () => {
    expect(request({ ...SAID, reason: "x".repeat(500) })).toMatchObject({ code: "PLM-SEC-001" });
  });
});

test("waivers go where they are read from", () => {
  const where = { env: {}, platform: "linux", home: "/" } as const;
  const cwd = resolve("/work");
  expect(waiverFile({}, { cwd, where })).toBe(join(cwd, "plimsoll.yaml"));
  expect(waiverFile({ setting: "my.yaml" }, { cwd, where })).toBe(join(cwd, "my.yaml"));
  const named = { ...where, env: { PLIMSOLL_SETTING: "other.yaml" } };
  expect(waiverFile({}, { cwd, where: named })).toBe(join(cwd, "other.yaml"));
});
