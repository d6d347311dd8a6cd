import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { knowledgeFor } from "../../config/open-knowledge.ts";
import { parseSettingText } from "../../config/parse.ts";
import type { ServeFile } from "../../config/serve-schema.ts";
import { PlimsollError, reasonOf } from "../../kernel/error.ts";
import { preparePolicyGuards } from "../serve/guards.ts";
import { defineVerb, type VerbContext } from "../verb.ts";
import { decideText } from "./decide.ts";
import { linesFrom } from "./lines.ts";

export default defineVerb({
  name: "guard",
  group: "Measure",
  summary:
    "put texts through the guards of a policy before it is live: JSON lines in, decisions out",
  arguments: [],
  options: [
    {
      flags: "--policy <file>",
      help: "a plimsoll.yaml whose serve.guards say what is done; all guards when absent",
    },
    { flags: "--json", help: "the same: what comes out is JSON lines" },
  ],
  examples: [
    "plimsoll guard < texts.jsonl > decisions.jsonl",
    "plimsoll guard --policy plimsoll.yaml < texts.jsonl > decisions.jsonl",
  ],
  run: async (input, context) => {
    const { policy } = input.options;
    const serve = typeof policy === "string" ? serveIn(resolve(context.cwd, policy)) : undefined;
    const { when = [], two_person: twoPerson = [] } = serve?.review ?? {};
    const guards = await preparePolicyGuards({
      guards: serve?.guards,
      review: { when, twoPerson },
      knowledge: await knowledgeFor(context.packageRoot),
    });
    let bad = 0;
    for await (const { number, line } of linesFrom(process.stdin)) {
      if (line.trim() === "") continue;
      const asked = readAsked(line);
      if (asked === undefined) {
        bad += 1;
        tellBad(number, context);
        continue;
      }
      const decided = { id: asked.id, ...(await decideText(asked.text, guards)) };
      context.stdout.write(`${JSON.stringify(decided)}\n`);
    }
    return bad === 0 ? 0 : 1;
  },
});

/** A line that was understood; an id may be any JSON value, and comes back as it was. */
type Asked = { readonly id: unknown; readonly text: string };

function readAsked(line: string): Asked | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || !("text" in value)) return undefined;
    const { text } = value;
    if (typeof text !== "string") return undefined;
    return { id: "id" in value ? value.id : null, text };
  } catch {
    // The line's number is told; what stands in it is foreign.
    return undefined;
  }
}

function tellBad(number: number, { stderr }: VerbContext): void {
  stderr.write(`line ${number} is no {"id": …, "text": "…"}: it was left out\n`);
}

function serveIn(path: string): ServeFile | undefined {
  try {
    return parseSettingText(readFileSync(path, "utf8"), path).serve;
  } catch (cause) {
    if (PlimsollError.isInstance(cause)) throw cause;
    throw new PlimsollError("setting-invalid", `${path} cannot be read: ${reasonOf(cause)}`, {
      hint: "Name a plimsoll.yaml: --policy plimsoll.yaml",
      cause,
    });
  }
}
