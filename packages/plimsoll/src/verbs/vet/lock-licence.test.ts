import { describe, expect, test } from "vitest";

import type { Report, ReportFinding } from "../../report/report.ts";
import { licenceOf } from "./lock-licence.ts";

const sha256 = "ab".repeat(32);
const files = ["LICENSE", "README.md", "m.gguf"].map((path) => ({ path, size: 1, sha256 }));

const note = (evidence: ReportFinding["evidence"], at?: ReportFinding["at"]): ReportFinding => ({
  level: "note",
  message: "words",
  evidence,
  ...(at === undefined ? {} : { at }),
});

/** The licence of a report whose licence check found this. */
const licence = (...findings: ReportFinding[]): ReturnType<typeof licenceOf> => {
  const check = {
    id: "licensing/declared-licence",
    code: "PLM-LIC-001",
    outcome: "findings",
    findings,
  };
  const report: Pick<Report, "concerns"> = {
    concerns: {
      licensing: {
        verdict: "clear",
        basis: [],
        limits: [],
        measurements: [],
        checks: [{ ...check, outcome: "findings" }],
      },
    },
  };
  return licenceOf(report, files);
};

const concluded = note({ licence: "MIT", places: ["LICENSE"] }, { file: "LICENSE" });

/** A report of a licence that is declared, and a text that was changed. */
const withChange = (level: "note" | "caution"): Pick<Report, "concerns"> => ({
  concerns: {
    licensing: {
      verdict: "unknown",
      basis: [],
      limits: [],
      measurements: [],
      checks: [
        {
          id: "licensing/declared-licence",
          code: "PLM-LIC-001",
          outcome: "findings",
          findings: [
            note({ licence: "MIT", places: [] }, { file: "README.md", member: "license" }),
          ],
        },
        {
          id: "licensing/changed-text",
          code: "PLM-LIC-007",
          outcome: "findings",
          findings: [{ ...note({ nearest: "MIT" }, { file: "LICENSE" }), level }],
        },
      ],
    },
  },
});

describe("how a licence is known", () => {
  test("its text is here", () => {
    expect(licence(concluded)).toEqual({
      expression: "MIT",
      status: "exact",
      evidence: [{ path: "LICENSE", sha256 }],
    });
  });

  test("it is declared, and leaves open which", () => {
    const at = { file: "README.md", member: "license" };
    expect(licence(note({ licence: "MIT or Apache-2.0", places: [] }, at))).toEqual({
      expression: "MIT OR Apache-2.0",
      status: "declared",
      evidence: [{ path: "README.md", sha256 }],
    });
  });

  test("places disagree", () => {
    const two = { first: "MIT", firstAt: "LICENSE", second: "GPL-3.0", secondAt: "README.md" };
    const found = licence(concluded, note(two, { file: "README.md", member: "license" }));
    expect(found).toMatchObject({ expression: "MIT", status: "disputed" });
    expect(found?.evidence.map(({ path }) => path)).toEqual(["LICENSE", "README.md"]);
  });

  test("nobody reviewed what is there", () => {
    expect(licence(note({ names: "" }, { file: "LICENSE" }))?.status).toBe("unclear");
    expect(licence(note({ said: "other", name: "", link: "" }, { file: "README.md" }))).toEqual({
      status: "unclear",
      evidence: [{ path: "README.md", sha256 }],
    });
  });

  test("its text was changed", () => {
    expect(licenceOf(withChange("caution"), files)?.status).toBe("unclear");
    // A changed text of a part says nothing of the model's licence.
    expect(licenceOf(withChange("note"), files)?.status).toBe("declared");
  });

  test("there is none", () => {
    expect(licence(note({}))).toEqual({ status: "none", evidence: [] });
  });

  test("it was not looked at", () => {
    expect(licenceOf({ concerns: {} }, files)).toBeUndefined();
  });
});
