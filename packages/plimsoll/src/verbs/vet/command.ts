import { loadSetting } from "../../config/load.ts";
import { fails } from "../../kernel/conclude.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { thisSystem } from "../../machine/system.ts";
import { terminalReport } from "../../report/terminal.ts";
import { defineVerb, type VerbInput } from "../verb.ts";
import { vet } from "./vet.ts";

export default defineVerb({
  name: "vet",
  group: "Choose",
  summary: "read a model and say what stands between it and safe use",
  arguments: [{ name: "<path>", help: "folder or file of the model" }],
  options: [
    {
      flags: "--only <words>",
      help: "concerns or finding codes to look at alone, parted by commas",
      repeats: true,
    },
    { flags: "--json", help: "print the report as JSON" },
    { flags: "--strict", help: "exit 1 on caution too" },
    { flags: "--setting <file>", help: "read this file instead of ./plimsoll.yaml" },
    { flags: "--audience <who>", help: "me, team or public" },
    { flags: "--context <tokens>", help: "tokens of context a conversation may fill" },
  ],
  examples: [
    "plimsoll vet ./model",
    "plimsoll vet ./model.gguf --json > report.json",
    "plimsoll vet ./model --only security --strict",
  ],
  run: async (input, context) => {
    const loaded = await loadSetting({
      cwd: context.cwd,
      where: context.where,
      file: text(input, "setting"),
      flags: {
        audience: text(input, "audience"),
        context: text(input, "context"),
        ...(input.options["strict"] === true ? { strict: true } : {}),
      },
    });
    const progress = context.stderr.isTerminal;
    const { report, policy } = await vet({
      reference: input.args[0] ?? "",
      cwd: context.cwd,
      setting: loaded.setting,
      policy: loaded.policy,
      only: words(input, "only"),
      system: thisSystem(),
      now: context.now,
      packageRoot: context.packageRoot,
      ...(progress
        ? { onCheck: (id: string): void => context.stderr.write(`\r\u001B[2K${id} `) }
        : {}),
    });
    if (progress) context.stderr.write("\r\u001B[2K");
    context.stdout.write(
      input.options["json"] === true
        ? `${JSON.stringify(report, null, 2)}\n`
        : terminalReport(report, context.stdout),
    );
    return fails(report.verdict, policy) ? 1 : 0;
  },
});

function text(input: VerbInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * A list option: words may be parted by spaces or commas.
 * @throws PlimsollError `usage` when it was given and names nothing, since nothing would mean everything.
 */
function words(input: VerbInput, name: string): string[] {
  const value = input.options[name];
  if (!Array.isArray(value)) return [];
  const named = value.flatMap((word) => String(word).split(",")).filter((word) => word !== "");
  if (named.length > 0) return named;
  throw new PlimsollError("usage", `--${name} names nothing`, {
    hint: "Choose a concern such as security, or a code such as PLM-SEC-001.",
  });
}
