import { StringDecoder } from "node:string_decoder";

import { PlimsollError } from "../../kernel/error.ts";

/** Characters of one line: a text beyond any conversation (CWE-770). */
const LINE_MAX_CHARS = 64 * 1024 * 1024;

/**
 * The lines of a stream, with their numbers from 1; memory holds one line at a time.
 * @throws PlimsollError `environment` for a line that is too long.
 */
export async function* linesFrom(
  stream: AsyncIterable<Buffer | string>,
): AsyncGenerator<{ readonly number: number; readonly line: string }> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let number = 0;
  for await (const chunk of stream) {
    rest += typeof chunk === "string" ? chunk : decoder.write(chunk);
    // Editors of some systems begin a file with a mark that is no part of it.
    if (number === 0 && rest.startsWith("\uFEFF")) rest = rest.slice(1);
    let from = 0;
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n", from)) {
      number += 1;
      yield { number, line: rest.slice(from, end) };
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > LINE_MAX_CHARS) {
      throw new PlimsollError("environment", `line ${number + 1} is longer than any text`, {
        hint: "One JSON object a line: is this file JSON Lines?",
      });
    }
  }
  if (rest !== "") yield { number: number + 1, line: rest };
}
