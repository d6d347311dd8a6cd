import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { TEST_SETTING } from "../../packages/plimsoll/src/testing/check-cases.ts";
import { REQUIRED_BY_AUDIENCE } from "../../packages/plimsoll/src/kernel/setting.ts";
import { buildPractice } from "../../packages/plimsoll/src/practice/build.ts";
import { terminalReport } from "../../packages/plimsoll/src/report/terminal.ts";
import { vet } from "../../packages/plimsoll/src/verbs/vet/vet.ts";
import { svgOfTerminal } from "./terminal-svg.ts";

const COLUMNS = 96;
const GIB = 2 ** 30;

/** README's picture: the leaky practice model under a real vet, on a machine that is always the same. */
export async function pictureFiles(root: string): Promise<(readonly [string, string])[]> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-picture-"));
  try {
    buildPractice(join(folder, "practice"));
    const { report } = await vet({
      reference: "practice/leaky",
      cwd: folder,
      setting: TEST_SETTING,
      policy: { require: REQUIRED_BY_AUDIENCE.me, strict: false },
      only: [],
      system: {
        platform: "linux",
        readText: () => undefined,
        parallelism: 8,
        totalMemory: 16 * GIB,
        freeMemory: 12 * GIB,
      },
      now: new Date("2026-11-25T12:00:00Z"),
      packageRoot: join(root, "packages/plimsoll"),
    });
    const text = terminalReport(report, { columns: COLUMNS, hasColour: true, hasUnicode: true });
    return [
      ["docs/images/vet.svg", svgOfTerminal(`$ plimsoll vet practice/leaky\n${text}`, COLUMNS)],
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
