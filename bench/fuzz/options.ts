import { parseArgs } from "node:util";

/** What `npm run fuzz` was asked for. */
export type FuzzOptions = {
  /** Readers, one behind the other. */
  readonly readers: readonly string[];
  readonly minutes: number;
  readonly seed: number;
  /** Files to read at most; without it, until the time is over. */
  readonly runs: number;
};

/** CPU minutes that a reader gets unless told otherwise. */
const MINUTES = 30;

/** Reads the arguments; a text is what is wrong with them. */
export function readOptions(
  args: readonly string[],
  known: readonly string[],
  today: number,
): FuzzOptions | string {
  const usage = `Usage: npm run fuzz -- READER… [--minutes ${MINUTES}] [--seed N] [--runs M]\nReaders: all, ${known.join(", ")}\n`;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { minutes: { type: "string" }, seed: { type: "string" }, runs: { type: "string" } },
    });
    const readers = positionals.includes("all") ? known : positionals;
    const strange = readers.filter((reader) => !known.includes(reader));
    const numbers = {
      minutes: Number(values.minutes ?? MINUTES),
      seed: Number(values.seed ?? today),
      runs: Number(values.runs ?? Infinity),
    };
    const isSound = numbers.minutes > 0 && numbers.runs > 0 && Number.isInteger(numbers.seed);
    if (readers.length > 0 && strange.length === 0 && isSound) return { readers, ...numbers };
    return strange.length > 0 ? `There is no reader ${strange.join(", ")}.\n${usage}` : usage;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${usage}`;
  }
}
