import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CONCERN_QUESTIONS } from "../../packages/plimsoll/src/kernel/concern.ts";
import { checksOf, ORDER, type House } from "./house.ts";

/** Fills the parts of README.md between its generated marks. */
export function* readmeWithTables(
  house: House,
  root: string,
): Generator<readonly [string, string]> {
  const before = readFileSync(join(root, "README.md"), "utf8");
  const withConcerns = between(before, "concerns", concernsTable(house));
  yield ["README.md", between(withConcerns, "matrix", matrix(house))];
}

function between(text: string, name: string, content: string): string {
  const open = `<!-- generated: ${name} -->`;
  const close = `<!-- end: ${name} -->`;
  const start = text.indexOf(open);
  const end = text.indexOf(close);
  if (start < 0 || end < start) throw new Error(`README.md: no marks for "${name}"`);
  return `${text.slice(0, start + open.length)}\n\n${content}\n\n${text.slice(end)}`;
}

function concernsTable(house: House): string {
  const rows = ORDER.map((concern) => {
    const titles = checksOf(house, concern).map(
      (check) => `[${check.title}](docs/findings/${check.code}.md)`,
    );
    return `| [${concern}](docs/concerns/${concern}.md) | ${CONCERN_QUESTIONS[concern]} | ${titles.join("; ")} |`;
  });
  return `| concern | the question | what this version finds |\n|---|---|---|\n${rows.join("\n")}`;
}

/** Detect, mend, watch by concern: what the registry holds, and every gap by name. */
function matrix(house: House): string {
  const rows = ORDER.map((concern) => {
    const checks = checksOf(house, concern);
    const detect = checks.map((check) => `\`${check.code}\``).join(" ");
    const watched = checks.filter((check) => check.watched === true);
    const watch = watched.map((check) => `\`${check.code}\``).join(" ");
    // No remedy has a member yet: findings say in words what to do, which is not the same. Guards mend traffic.
    const guards = house.guards.filter(({ id }) => id.startsWith(`${concern}/`));
    const mend = guards.map(({ code }) => `[\`${code}\`](docs/guards/${code}.md)`).join(" ");
    const cells = [detect, mend, watch].map((cell) => (cell === "" ? "open" : cell));
    return `| ${concern} | ${cells.join(" | ")} |`;
  });
  return `| concern | detect | mend | keep watch |\n|---|---|---|---|\n${rows.join("\n")}`;
}
