import { Command, CommanderError } from "commander";

import { nearestWord } from "./config/nearest.ts";
import { VERSION } from "./generated/facts.ts";
import { VERBS } from "./generated/verbs.ts";
import { PlimsollError } from "./kernel/error.ts";
import type { Verb, VerbContext } from "./verbs/verb.ts";

/**
 * Parses the words after `plimsoll` and runs the verb they name; only that verb is loaded.
 * @throws PlimsollError `usage` for an unknown verb or flag, and whatever the verb throws.
 */
export async function runCommandLine(
  argv: readonly string[],
  context: VerbContext,
): Promise<number> {
  const [word] = argv;
  if (word === undefined || word === "--help" || word === "-h" || word === "help") {
    return overview(context, word === undefined);
  }
  const entry = VERBS.find((verb) => verb.name === word);
  if (entry === undefined) throw unknownVerb(word);
  const verb = await entry.load();
  let code = 0;
  const command = commandOf(verb, context, async (args, options) => {
    code = await verb.run({ args, options }, context);
  });
  try {
    await command.parseAsync(argv.slice(1), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw usageError(error, verb);
  }
  return code;
}

/** The verbs by group, as a person meets them. Without a word it is an error to have asked nothing. */
function overview(context: VerbContext, isError: boolean): number {
  const groups = [...new Set(VERBS.map((verb) => verb.group))];
  const lines = groups.flatMap((group) => [
    `${group}:`,
    ...VERBS.filter((verb) => verb.group === group).map(
      (verb) => `  ${verb.name.padEnd(10)} ${verb.summary}`,
    ),
  ]);
  const text = `plimsoll ${VERSION}: draws the load line of open language models\n\n${lines.join("\n")}\n\nplimsoll VERB --help tells more; plimsoll --version prints the version.\n`;
  (isError ? context.stderr : context.stdout).write(text);
  return isError ? 2 : 0;
}

function commandOf(
  verb: Verb,
  context: VerbContext,
  action: (args: string[], options: Record<string, unknown>) => Promise<void>,
): Command {
  const command = new Command(`plimsoll ${verb.name}`)
    .description(verb.summary)
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeOut: context.stdout.write, writeErr: () => {}, outputError: () => {} });
  for (const argument of verb.arguments) command.argument(argument.name, argument.help);
  for (const { flags, help, repeats } of verb.options) {
    if (repeats === true) command.option(flags, help, collect);
    else command.option(flags, help);
  }
  command.option("--debug", "show where an error came from");
  command.addHelpText(
    "after",
    `\nExamples:\n${verb.examples.map((line) => `  ${line}`).join("\n")}`,
  );
  command.action(async () => {
    await action(command.args, command.opts());
  });
  return command;
}

/** Keeps every value of an option that may be given again. */
function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function unknownVerb(word: string): PlimsollError {
  const nearest = nearestWord(
    word,
    VERBS.map((verb) => verb.name),
  );
  const what = word.startsWith("-") ? `unknown flag "${word}"` : `there is no verb "${word}"`;
  return new PlimsollError("usage", what, {
    hint:
      nearest === undefined
        ? "Run plimsoll --help for the list."
        : `Did you mean: plimsoll ${nearest}`,
  });
}

function usageError(error: CommanderError, verb: Verb): PlimsollError {
  const message = error.message.replace(/^error: /u, "");
  const flag = /unknown option '([^']+)'/u.exec(message)?.[1];
  const flags = verb.options.map((option) => option.flags.split(/[ ,]/u)[0] ?? "");
  const nearest = flag === undefined ? undefined : nearestWord(flag, flags);
  return new PlimsollError("usage", message.split("\n")[0] ?? message, {
    hint:
      nearest === undefined
        ? `Run plimsoll ${verb.name} --help for how to call it.`
        : `Did you mean ${nearest}?`,
  });
}
