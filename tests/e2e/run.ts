import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";

import type { Report } from "../../packages/plimsoll/src/report/report.ts";

/** Root of the repository. */
export const ROOT = join(import.meta.dirname, "../..");

/** The executable, as npm links it. */
export const EXECUTABLE = join(ROOT, "packages/plimsoll/bin/plimsoll.js");

/** What a run of the program left. */
export type Ran = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Where and as whom the program runs. */
export type RunOptions = {
  readonly cwd?: string;
  /** Beside a bare environment, and in place of what it has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another user, where this one is root. */
  readonly uid?: number;
  /** Another Node than this one. */
  readonly node?: string;
};

/** Milliseconds after which a run counts as hung. */
const HUNG_AFTER = 60_000;

/**
 * Runs the program the way a person does and waits for its end.
 *
 * No run may hang, die of a signal, print a stack trace or call itself faulty: that is asserted here, so that no
 * test can forget it.
 */
export async function plimsoll(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const ran = await spawned(options.node ?? process.execPath, [EXECUTABLE, ...args], options);
  const said = ran.stdout + ran.stderr;
  if (ran.code === null) throw new Error(`killed or hung: plimsoll ${args.join(" ")}\n${said}`);
  if (/\n +at .+:\d+:\d+\)?\n/u.test(said) || said.includes("[internal]")) {
    throw new Error(`a fault of the program: plimsoll ${args.join(" ")}\n${said}`);
  }
  return ran;
}

/** Runs any program and waits for its end. */
export function spawned(
  program: string,
  args: readonly string[],
  options: Omit<RunOptions, "node"> = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? tmpdir(),
      env: { ...bareEnvironment(), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: HUNG_AFTER,
      killSignal: "SIGKILL",
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, stdout: textOf(out), stderr: textOf(err) });
    });
  });
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}

/** Nothing of the person who runs the tests: no setting, no colour, no home. */
function bareEnvironment(): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: join(tmpdir(), "plimsoll-nobody"),
    // Start-up is stripping types: the second run of a file need not do it again.
    NODE_COMPILE_CACHE: join(tmpdir(), `plimsoll-e2e-cache-${process.getuid?.() ?? 0}`),
  };
}

const isReport = new Ajv2020({ strictTuples: false }).compile<Report>(
  JSON.parse(readFileSync(join(ROOT, "docs/reference/report.schema.json"), "utf8")),
);

/** Reads a report and holds it against the published schema. */
export function reportOf(stdout: string): Report {
  const value: unknown = JSON.parse(stdout);
  if (isReport(value)) return value;
  throw new Error(`not a report: ${JSON.stringify(isReport.errors, null, 2)}`);
}

/** Vets with `--json` and returns the report beside the exit code. */
export async function vetted(
  path: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<{ readonly code: number | null; readonly report: Report; readonly stderr: string }> {
  const ran = await plimsoll(["vet", path, "--json", ...args], options);
  if (ran.stdout === "") throw new Error(`no report, exit ${ran.code}: ${ran.stderr}`);
  return { code: ran.code, report: reportOf(ran.stdout), stderr: ran.stderr };
}
