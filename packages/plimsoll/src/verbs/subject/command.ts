import { auditOrigin } from "../../config/install.ts";
import { dataFolder } from "../../config/home.ts";
import type { Revealed } from "../../gateway/bodies/bodies.ts";
import type { Json } from "../../kernel/json.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { printable } from "../../report/foreign-text.ts";
import { defineVerb } from "../verb.ts";
import { reveal } from "./reveal.ts";

export default defineVerb({
  name: "subject",
  group: "Serve",
  summary: "read what was kept of a request, as a revealer and with a reason",
  arguments: [
    { name: "<action>", help: "reveal" },
    { name: "[request]", help: "the request, as x-plimsoll-request-id names it" },
  ],
  options: [
    { flags: "--reason <text>", help: "why; the audit log keeps it before anything is shown" },
    { flags: "--json", help: "print it as JSON" },
  ],
  examples: ['PLIMSOLL_KEY=plm_… plimsoll subject reveal req_… --reason "complaint 12"'],
  run: async (input, context) => {
    const [action = "", request] = input.args;
    if (action !== "reveal") throw usage(`there is no action "${action}"`, "Choose reveal.");
    if (request === undefined)
      throw usage("the request must be named", "plimsoll subject reveal req_…");
    const { reason, json } = input.options;
    if (typeof reason !== "string" || reason.trim() === "")
      throw usage("--reason must say why", '--reason "complaint 12"');
    const key = context.where.env["PLIMSOLL_KEY"];
    const place = {
      home: dataFolder(context.where),
      origin: auditOrigin(context.where),
      now: () => Date.now(),
    };
    const revealed = await reveal({ request, key, reason }, place);
    if (revealed.kind !== "revealed") {
      context.stderr.write(`${printable(WORDS[revealed.kind])}\n`);
      return 1;
    }
    const shown = { schema: "plimsoll/revealed@1", request, ...shownOf(revealed) };
    context.stdout.write(
      json === true ? `${JSON.stringify(shown, null, 2)}\n` : `${linesOf(revealed.sides)}\n`,
    );
    return 0;
  },
});

const WORDS: Readonly<Record<Exclude<Revealed["kind"], "revealed">, string>> = {
  "not-allowed": "this key may not read it",
  "not-found": "nothing was kept of this request, or it is older than bodies are kept",
  erased: "the key that it was sealed with was destroyed: nobody can read it any more",
  changed: "it is not as it was sealed: nothing of it is shown",
};

function shownOf({ at, sides }: Revealed & { readonly kind: "revealed" }): object {
  return { at: new Date(at).toISOString(), ...sides };
}

/** What was said, for eyes: who says it, and the text. */
function linesOf(sides: Readonly<Record<string, Json>>): string {
  const lines: string[] = [];
  const walk = (value: Json | undefined, who: string): void => {
    if (typeof value !== "object" || value === null) return;
    if (isList(value)) {
      for (const one of value) walk(one, who);
      return;
    }
    const { role, channel, text, prompt } = value;
    const own = typeof role === "string" ? role : typeof channel === "string" ? channel : who;
    for (const said of [text, prompt]) {
      if (typeof said !== "string") continue;
      lines.push(...said.split("\n").map((line) => `${own}: ${printable(line)}`));
    }
    for (const [name, member] of Object.entries(value)) {
      if (name !== "text" && name !== "prompt") walk(member, own);
    }
  };
  walk(sides["request"], "request");
  lines.push("");
  walk(sides["response"], "answer");
  return lines.join("\n");
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function usage(message: string, hint: string): PlimsollError {
  return new PlimsollError("usage", message, { hint });
}
