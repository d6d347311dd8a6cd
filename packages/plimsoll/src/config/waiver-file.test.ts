import { describe, expect, test } from "vitest";

import { PlimsollError } from "../kernel/error.ts";
import type { Waiver } from "../kernel/waive.ts";
import { parseSettingText } from "./parse.ts";
import { withWaivers } from "./waiver-file.ts";

const waiver = (change: Partial<Waiver> = {}): Waiver => ({
  code: "PLM-SEC-001",
  digest: `sha256:${"a".repeat(64)}`,
  reason: "we wrote it",
  author: "Ada",
  ...change,
});
const read = (text: string): unknown => parseSettingText(text, "plimsoll.yaml").waivers;
const add = (text: string | undefined, ...waivers: Waiver[]): string =>
  withWaivers(text, "plimsoll.yaml", waivers);

function refused(before: string): string {
  try {
    return add(before, waiver());
  } catch (error) {
    return PlimsollError.isInstance(error) ? error.code : "other";
  }
}

describe("waivers added to a setting file", () => {
  test("a file that is not there yet holds them alone", () => {
    expect(read(add(undefined, waiver()))).toEqual([waiver()]);
  });

  test("what was there stays to the last space", () => {
    const before = "# ours\naudience: me    # us\n\n# later\ncontext: 2048";
    const after = add(before, waiver());
    expect(after.startsWith(`${before}\n`)).toBe(true);
    expect(parseSettingText(after, "p")).toMatchObject({ audience: "me", context: 2048 });
  });

  test("comments and order stay where the list is there already", () => {
    const before = add("context: 9\n", waiver()).replace("waivers:", "# careful\nwaivers: # ours");
    const after = add(`${before}use: chat # end\n`, waiver({ code: "PLM-SEC-020" }));
    expect(after.match(/# careful|# ours|# end/gu)).toEqual(["# careful", "# ours", "# end"]);
    expect(read(after)).toEqual([waiver(), waiver({ code: "PLM-SEC-020" })]);
  });

  test("one of the same code and file takes the place of the one before", () => {
    const old = add(undefined, waiver({ expires: "2026-01-01" }), waiver({ code: "PLM-SEC-020" }));
    const renewed = waiver({ expires: "2027-01-01", reason: "still ours" });
    expect(read(add(old, renewed))).toEqual([renewed, waiver({ code: "PLM-SEC-020" })]);
  });

  test.each(["waivers: []\n", "{audience: me, waivers: []}\n", "{audience: me}\n", "---\n# a\n"])(
    "written as %j before",
    (before) => {
      expect(read(add(before, waiver()))).toEqual([waiver()]);
    },
  );

  test("text that YAML would take for something else stays text", () => {
    const odd = waiver({ reason: "yes: [no] # 1\n- \u001B[0m", author: "&x *y" });
    expect(read(add("use: x\n", odd))).toEqual([odd]);
  });

  test("lines end as they did", () => {
    expect(add("use: x\r\n", waiver()).replaceAll("\r\n", "")).not.toContain("\n");
  });

  test("a file that cannot be used is not made longer", () => {
    expect(refused("audience: everybody\n")).toBe("setting-invalid");
    expect(refused("waivers: { a: 1 }\n")).toBe("setting-invalid");
    expect(refused("use: &x []\nwaivers: *x\n")).toBe("setting-invalid");
    expect(refused("waivers:\n")).toBe("setting-invalid");
  });
});
