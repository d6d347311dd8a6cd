import { nearestWord } from "../../config/nearest.ts";
import { CHECKS } from "../../generated/checks.ts";
import { PlimsollError } from "../../kernel/error.ts";
import { checkPage } from "../../report/page.ts";
import { wrap } from "../../report/width.ts";
import { defineVerb } from "../verb.ts";

export default defineVerb({
  name: "explain",
  group: "Begin",
  summary: "print the page of a finding code, offline",
  arguments: [
    { name: "<code>", help: "a code such as PLM-SEC-001, or a check such as security/coverage" },
  ],
  options: [{ flags: "--json", help: "print the page as JSON" }],
  examples: ["plimsoll explain PLM-SEC-001"],
  run: async (input, context) => {
    const word = input.args[0] ?? "";
    const entry = CHECKS.find((check) => check.id === word || check.code === word.toUpperCase());
    if (entry === undefined) throw unknownCode(word);
    const check = await entry.load();
    const { id, code, title, why, page, limits, source, basis } = check;
    if (input.options["json"] === true) {
      const whole = {
        schema: "plimsoll/page@1",
        id,
        code,
        title,
        why,
        basis,
        page,
        limits,
        source,
      };
      context.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
      return 0;
    }
    const lines = checkPage(check)
      .split("\n")
      .flatMap((line) => wrap(line, Math.min(context.stdout.columns, 100)));
    context.stdout.write(`${lines.join("\n")}\n`);
    return 0;
  },
});

function unknownCode(word: string): PlimsollError {
  const known = CHECKS.flatMap((check) => [check.code, check.id]);
  const nearest = nearestWord(word, known);
  return new PlimsollError("usage", `no finding has the code "${word}"`, {
    hint:
      nearest === undefined
        ? `The codes are: ${CHECKS.map((check) => check.code).join(", ")}`
        : `Did you mean ${nearest}?`,
  });
}
