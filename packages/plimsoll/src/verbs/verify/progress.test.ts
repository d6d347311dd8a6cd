import { expect, test } from "vitest";

import { hashLine } from "./progress.ts";

const outputOf = (isTerminal: boolean): { said: string[]; line: ReturnType<typeof hashLine> } => {
  const said: string[] = [];
  const write = (text: string): void => void said.push(text);
  const output = { write, isTerminal, columns: 40, hasColour: false, hasUnicode: true };
  return { said, line: hashLine(output) };
};

test("a terminal sees one line, written when it changes, and taken away", () => {
  const { said, line } = outputOf(true);
  line.show("m", { done: 0, total: 1000 });
  line.show("m", { done: 1, total: 1000 });
  line.show("m", { done: 10, total: 1000 });
  line.clear();
  line.clear();
  expect(said).toEqual([
    "\r\u001B[2Khashing m: 0 % of 1.00 KB",
    "\r\u001B[2Khashing m: 1 % of 1.00 KB",
    "\r\u001B[2K",
  ]);
});

test("a long or hostile name stays within the line", () => {
  const { said, line } = outputOf(true);
  line.show(`\u001B[2J${"x".repeat(100)}`, { done: 0, total: 0 });
  expect(said.join("").replace("\r\u001B[2K", "")).toMatch(/^hashing \\u001b\[2Jx+…$/u);
  expect(said.join("").length).toBeLessThan(50);
});

test("nobody watches: nothing is written", () => {
  const { said, line } = outputOf(false);
  line.show("m", { done: 0, total: 1 });
  line.clear();
  expect(said).toEqual([]);
});
