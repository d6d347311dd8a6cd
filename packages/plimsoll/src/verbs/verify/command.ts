import { EXIT_OF_ERROR } from "../../kernel/error.ts";
import { thisSystem } from "../../machine/system.ts";
import { defineVerb } from "../verb.ts";
import { findLockFor } from "./find-lock.ts";
import { interruptible } from "./interrupt.ts";
import { digestMemory } from "./memory.ts";
import { hashLine } from "./progress.ts";
import { terminalVerification } from "./terminal.ts";
import { verify } from "./verify.ts";

export default defineVerb({
  name: "verify",
  group: "Get and make",
  summary: "check that locked models are, byte for byte, what was locked",
  arguments: [
    { name: "[path]", help: "folder or file of a model, its name in the lock, or a lock file" },
  ],
  options: [{ flags: "--json", help: "print the answer as JSON" }],
  examples: [
    "plimsoll verify",
    "plimsoll verify ./model",
    "plimsoll verify --json > verified.json",
  ],
  run: async (input, context) => {
    const found = await findLockFor(input.args[0], context.cwd);
    const line = hashLine(context.stderr);
    const memory = digestMemory(context.where, context.now);
    const { value: report, isInterrupted } = await interruptible((signal) =>
      verify({
        ...found,
        workers: thisSystem().parallelism,
        memory,
        signal,
        onProgress: line.show,
      }),
    ).finally(line.clear);
    // Where it cannot be kept, the next run reads again: no answer of this one depends on it.
    memory.save();
    context.stdout.write(
      input.options["json"] === true
        ? `${JSON.stringify(report, null, 2)}\n`
        : terminalVerification(report),
    );
    if (isInterrupted) return EXIT_OF_ERROR.interrupted;
    return report.ok ? 0 : 1;
  },
});
