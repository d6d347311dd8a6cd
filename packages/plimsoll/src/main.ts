import { keepCompiled } from "./config/compiled-code.ts";
import { homeEnvironment } from "./config/home.ts";
import { VERSION } from "./generated/facts.ts";
import { EXIT_OF_ERROR, PlimsollError } from "./kernel/error.ts";
import type { Output, VerbContext } from "./verbs/verb.ts";

/**
 * Runs the command line and returns the exit code.
 *
 * Start-up is imports, so that the version is answered before anything else is loaded.
 */
export async function main(argv: readonly string[], packageRoot: string): Promise<number> {
  endQuietlyWhenThePipeCloses();
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  keepCompiled(homeEnvironment(), process.getuid?.());
  const stderr = outputOf(process.stderr);
  try {
    const { runCommandLine } = await import("./command-line.ts");
    return await runCommandLine(argv, contextOf(packageRoot, stderr));
  } catch (error) {
    const { describeError } = await import("./report/error.ts");
    stderr.write(describeError(error, argv.includes("--debug"), stderr.hasColour));
    return PlimsollError.isInstance(error) ? EXIT_OF_ERROR[error.code] : EXIT_OF_ERROR.internal;
  }
}

function contextOf(packageRoot: string, stderr: Output): VerbContext {
  return {
    cwd: workingFolder(),
    where: homeEnvironment(),
    now: new Date(),
    packageRoot,
    stdout: outputOf(process.stdout),
    stderr,
  };
}

/** @throws PlimsollError `environment` when the folder this runs in has been removed. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new PlimsollError("environment", "the folder this runs in is gone", {
      hint: "Change into a folder that exists.",
      cause,
    });
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  const { env } = process;
  // Where there is no terminal Node leaves the property out.
  const isTerminal = "isTTY" in stream && stream.isTTY;
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  const refused = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  const locale = env["LC_ALL"] ?? env["LC_CTYPE"] ?? env["LANG"] ?? "";
  return {
    write: (text) => void stream.write(text),
    isTerminal,
    columns: isTerminal ? stream.columns : Number(env["COLUMNS"]) || 80,
    hasColour: !refused && (forced || (isTerminal && env["TERM"] !== "dumb")),
    hasUnicode:
      !isTerminal ||
      process.platform === "darwin" ||
      /utf-?8/iu.test(locale) ||
      env["WT_SESSION"] !== undefined,
  };
}

/** `plimsoll vet … | head` closes our output early: that is the reader's right, not a fault. */
function endQuietlyWhenThePipeCloses(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  process.stderr.on("error", () => {
    // Progress and a server's log: nobody reads them, or their disk is full. What is served must not end with that.
  });
}
