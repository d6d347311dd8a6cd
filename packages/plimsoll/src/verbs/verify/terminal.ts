import { formatCount } from "../../kernel/units.ts";
import { assertNever } from "../../kernel/assert-never.ts";
import { printable } from "../../report/foreign-text.ts";
import type { FileBytes, VerifiedFile, VerifiedModel, VerifyReport } from "./verify-report.ts";

/** Differences shown of one model: a folder that was swapped whole would scroll the first line away. */
const SHOWN = 100;

/** The answer for people: each model in a line, each difference below it. Plain text. */
export function terminalVerification(report: VerifyReport): string {
  const lines = report.models.flatMap(modelLines);
  const bad = report.models.filter((model) => !model.ok).length;
  const count = report.models.length;
  const models = `${count} ${count === 1 ? "model" : "models"} of ${printable(report.lock)}`;
  const last = report.ok
    ? `ok: ${models}, every byte as it was locked`
    : count === 0
      ? `${printable(report.lock)} holds no model`
      : `${bad} of ${models} ${bad === 1 ? "is" : "are"} not as locked`;
  return `${[...lines, last].join("\n")}\n`;
}

function modelLines({ name, reference, ok, files }: VerifiedModel): string[] {
  const bad = files.filter(({ state }) => state !== "ok");
  const said = ok ? `ok, ${files.length} ${files.length === 1 ? "file" : "files"}` : counts(bad);
  const more = bad.length - SHOWN;
  return [
    `${printable(name)} (${printable(reference)}): ${said}`,
    ...bad.slice(0, SHOWN).flatMap(fileLines),
    ...(more > 0 ? [`  and ${more} more: --json lists them all`] : []),
  ];
}

function counts(files: readonly VerifiedFile[]): string {
  const words = ["changed", "missing", "extra", "unread"] as const;
  return words
    .map((word) => [word, files.filter(({ state }) => state === word).length] as const)
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${count} ${word}`)
    .join(", ");
}

function fileLines(file: VerifiedFile): string[] {
  const named = (text = ""): string => `  ${file.state.padEnd(8)} ${printable(file.path)}${text}`;
  switch (file.state) {
    case "ok":
      return [];
    case "changed":
      return [
        named(),
        `    expected ${bytesOf(file.expected)}`,
        `    actual   ${bytesOf(file.actual)}`,
      ];
    case "missing":
      return [
        named(file.renamedTo === undefined ? "" : `, renamed to ${printable(file.renamedTo)}`),
        `    expected ${bytesOf(file.expected)}`,
      ];
    case "extra":
      return [
        named(
          file.renamedFrom === undefined ? "" : `, renamed from ${printable(file.renamedFrom)}`,
        ),
      ];
    case "unread":
      return [named(`: ${printable(file.reason)}`)];
    default:
      return assertNever(file);
  }
}

function bytesOf({ size, sha256 }: FileBytes): string {
  return `sha256:${sha256} (${formatCount(size)} bytes)`;
}
