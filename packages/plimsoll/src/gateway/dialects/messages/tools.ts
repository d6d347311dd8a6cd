import type { Tool, Turn } from "../../../engine/turn.ts";
import { TOOLS_MAX } from "../chat/options.ts";
import { defined } from "../defined.ts";
import type { Fields } from "../fields.ts";
import { checkSchema } from "../schema-limits.ts";

/** Reads the tools of a request; those that run on somebody's servers are refused. */
export function readTools(fields: Fields): readonly Tool[] {
  return (fields.objects("tools", TOOLS_MAX) ?? []).map((tool) => {
    const type = tool.text("type") ?? "custom";
    if (type !== "custom") tool.problem("type", "must be custom: no tool is run here");
    const parameters = tool.object("input_schema");
    if (parameters === undefined) tool.problem("input_schema", "must be given");
    else checkSchema(tool, "input_schema", parameters);
    const description = tool.text("description");
    const strict = tool.flag("strict");
    return { name: tool.needed("name"), ...defined({ description, parameters, strict }) };
  });
}

/** Reads which tools may or must be called, and whether several at once. */
export function readToolChoice(fields: Fields): {
  readonly toolChoice: Turn["toolChoice"];
  readonly parallelCalls: boolean | undefined;
} {
  const choice = fields.fields("tool_choice");
  const isSingle = choice?.flag("disable_parallel_tool_use");
  const parallelCalls = isSingle === undefined ? undefined : !isSingle;
  return { toolChoice: choice === undefined ? undefined : choiceOf(choice), parallelCalls };
}

function choiceOf(choice: Fields): Turn["toolChoice"] {
  switch (choice.needed("type")) {
    case "auto":
      return { kind: "auto" };
    case "none":
      return { kind: "none" };
    case "any":
      return { kind: "required" };
    case "tool":
      return { kind: "tool", name: choice.needed("name") };
    default:
      choice.problem("type", "must be auto, any, tool or none");
      return undefined;
  }
}
