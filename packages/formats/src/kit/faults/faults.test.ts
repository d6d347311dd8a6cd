import { describe, expect, test } from "vitest";

import { FORMAT_FAULTS } from "./tables.ts";
import type { FaultCell } from "./types.ts";

/** Rows and columns of the matrix: a table that shrank has lost what it told. */
const FORMATS = 27;
const CODES = 17;

test("the matrix has all its rows and columns", () => {
  expect(FORMAT_FAULTS.length).toBeGreaterThanOrEqual(FORMATS);
  for (const { cells } of FORMAT_FAULTS) expect(Object.keys(cells).length).toBe(CODES);
});

describe.each(FORMAT_FAULTS)("$format", ({ sound, cells }) => {
  test("the sound twin has no fault", () => {
    expect(sound()).toEqual([]);
  });

  test.each(
    Object.entries(cells).map(([code, cell]) => [titleOf(code, cell), code, cell] as const),
  )("%s", (_, code, cell) => {
    expect(observed(code, cell)).toEqual(cell.kind === "open" ? cell.told : [true]);
  });
});

/** The name of a cell's test, as the page about formats tells it. */
function titleOf(code: string, cell: FaultCell): string {
  if (cell.kind === "not-applicable") return `${code} is not applicable: ${cell.reason}`;
  return cell.kind === "open" ? `${code} is open: ${cell.name}` : `${code}: ${cell.name}`;
}

/** Of an open cell, what is told instead; of another, whether it is as it says. */
function observed(code: string, cell: FaultCell): unknown {
  if (cell.kind === "open") return cell.codes();
  if (cell.kind === "not-applicable") return [cell.reason.length > 10];
  const codes: readonly string[] = cell.codes();
  return [codes.includes(cell.as ?? code) || codes];
}
