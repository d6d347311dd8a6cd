import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { delimiter, isAbsolute } from "node:path";

import { GIT_MAX_ALLOC, GIT_MAX_ERROR_BYTES, GIT_MAX_OUTPUT_BYTES } from "./limits.ts";

/** How a command of git ended. Its output counts only when it is `done`. */
export type GitEnd =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly reason: string };

/** Where git runs, and what it may take. */
export type GitRun = {
  /** Folder of the repository that git is pointed to. */
  readonly home: string;
  /** Folder that holds its objects. */
  readonly objects: string;
  /** Where programs are looked for, as PATH says. */
  readonly path: string;
  /** Milliseconds that it may take. */
  readonly ms: number;
  /** Called for each piece of output; what it throws ends git and becomes the reason. */
  readonly onOutput: (bytes: Uint8Array) => void;
};

/** Settings that end what git would start or fetch; the home has none of them, and this holds if that changes. */
const FIXED = [
  "--no-pager",
  "--no-replace-objects",
  ...[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.commitGraph=false",
    "core.multiPackIndex=false",
    "log.showSignature=false",
    "log.mailmap=false",
    "protocol.allow=never",
    "safe.directory=*",
    "i18n.logOutputEncoding=UTF-8",
  ].flatMap((setting) => ["-c", setting]),
];

/**
 * Runs git with an argument array, no shell, no settings of this machine or user, no network, and limits of bytes and
 * time. Never rejects.
 */
export function runGit(args: readonly string[], run: GitRun): Promise<GitEnd> {
  return new Promise((resolve) => {
    const child = spawn("git", [...FIXED, ...args], {
      cwd: run.home,
      env: environmentOf(run),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: run.ms,
      killSignal: "SIGKILL",
      windowsHide: true,
    });
    let fault: string | undefined;
    let bytes = 0;
    let errors = "";
    const stop = (reason: string): void => {
      fault ??= reason;
      child.kill("SIGKILL");
    };
    child.stdout.on("data", (chunk: Buffer) => {
      if (fault !== undefined) return;
      bytes += chunk.length;
      if (bytes > GIT_MAX_OUTPUT_BYTES) {
        stop(`limit GIT_MAX_OUTPUT_BYTES (${GIT_MAX_OUTPUT_BYTES}) reached`);
        return;
      }
      try {
        run.onOutput(chunk);
      } catch (error) {
        stop(error instanceof Error ? error.message : String(error));
      }
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (errors.length < GIT_MAX_ERROR_BYTES) errors += chunk.toString("utf8");
    });
    child.on("error", (error) => {
      resolve({ kind: "failed", reason: missingReason(error) });
    });
    child.on("exit", (_status, signal) => {
      // Whoever it started may hold the pipe for ever.
      if (signal !== null) child.stdout.destroy();
      if (signal !== null) child.stderr.destroy();
    });
    child.on("close", (status, signal) => {
      if (fault !== undefined) resolve({ kind: "failed", reason: fault });
      else if (signal !== null) resolve({ kind: "failed", reason: killedReason(signal, run) });
      else if (status === 0) resolve({ kind: "done" });
      else resolve({ kind: "failed", reason: `git ended with ${status}${wordsOf(errors)}` });
    });
  });
}

function missingReason(error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT"
    ? "git is not installed"
    : `git cannot be started: ${error.message}`;
}

function killedReason(signal: NodeJS.Signals, { ms }: GitRun): string {
  return signal === "SIGKILL"
    ? `limit of ${ms} ms reached: git took too long`
    : `git was ended by ${signal}`;
}

/** The first line of what git said of its failure, cut: it may quote a stranger's words. */
function wordsOf(errors: string): string {
  const [line = ""] = errors.trim().split("\n");
  return line === "" ? "" : `: ${line.slice(0, 160)}`;
}

/** Everything that git may know of this machine. */
function environmentOf({ home, objects, path }: GitRun): NodeJS.ProcessEnv {
  return {
    // A relative entry would find programs in the folder that git runs in (CWE-426).
    PATH: path.split(delimiter).filter(isAbsolute).join(delimiter),
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: "C",
    GIT_DIR: home,
    GIT_OBJECT_DIRECTORY: objects,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_ALLOC_LIMIT: GIT_MAX_ALLOC,
  };
}
