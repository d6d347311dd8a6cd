import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT, type Ran } from "./run.ts";

/** A piece of a page that can be run. */
export type Snippet = {
  /** What stands behind its fence. */
  readonly language: string;
  readonly code: string;
  /** Line of the page on which it begins, counted from 1. */
  readonly line: number;
};

/** The pieces of a page that are in one language. */
export function snippetsIn(page: string, language: string): readonly Snippet[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gmsu)]
    .map(({ 1: name = "", 2: code = "", index }) => ({
      language: name,
      code,
      line: text.slice(0, index).split("\n").length,
    }))
    .filter((one) => one.language === language);
}

/** Milliseconds after which a snippet counts as hung. */
const HUNG_AFTER = 60_000;

/** Runs code that a program reads from its input, in the repository, so that it finds what is installed there. */
export function runSnippet(program: string, args: readonly string[], code: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { PATH: process.env["PATH"] ?? "" },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: HUNG_AFTER,
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (exit) => {
      resolve({ code: exit, stdout, stderr });
    });
    child.stdin.end(code);
  });
}
