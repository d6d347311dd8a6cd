/**
 * Measures how changed licence texts are told: `node bench/licence-edits.ts FOLDER…`, where each folder holds texts
 * as `KEY.LICENSE` with front matter between `---` lines. Every text is changed in five small ways; counted are the
 * changes that a digest misses, those whose nearest text is another licence, and those whose place is not shown.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readTexts } from "../packages/plimsoll/src/concerns/licensing/claims.ts";
import { openLicenceBook } from "../packages/plimsoll/src/concerns/licensing/facts.ts";
import { nearTo } from "../packages/plimsoll/src/concerns/licensing/nearest/of-text.ts";
import { openKnowledge } from "../packages/plimsoll/src/config/knowledge.ts";

type Change = {
  readonly name: string;
  readonly make: (words: readonly string[], at: number) => readonly string[];
  /** Words taken out and put in. */
  readonly size: number;
};

const ADDED = "This licence ends when the licensor says so".split(" ").map((word) => `${word} `);

const CHANGES: readonly Change[] = [
  { name: "one word left out", make: (words, at) => words.toSpliced(at, 1), size: 1 },
  { name: "not put in", make: (words, at) => words.toSpliced(at, 0, "not "), size: 1 },
  { name: "one word changed", make: (words, at) => words.toSpliced(at, 1, "seventy "), size: 2 },
  { name: "a sentence put in", make: (words, at) => words.toSpliced(at, 0, ...ADDED), size: 8 },
  { name: "forty words left out", make: (words, at) => words.toSpliced(at, 40), size: 40 },
];

/** Places in a text at which it is changed, as shares of its length. */
const PLACES = [0.15, 0.4, 0.6, 0.85];

const book = openLicenceBook(
  openKnowledge(join(import.meta.dirname, "../packages/plimsoll/knowledge")),
);
const read = (text: string): ReturnType<typeof readTexts>[number] | undefined =>
  readTexts([{ file: "LICENSE", role: "licence", scope: "model", text }], book)[0];

const texts = process.argv.slice(2).flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".LICENSE"))
    .map((file) => readFileSync(join(folder, file), "utf8").replace(/^---[^]*?\n---\n/u, "")),
);
let compared = 0;
const missed = { digest: 0, none: 0, other: 0, place: 0 };
const started = performance.now();
for (const text of texts) {
  const original = read(text);
  if (original?.identity.kind !== "exact") continue;
  const { ids } = original.identity;
  // Each word with the blanks behind it, so that lines and list marks stay as they are.
  const words = text.match(/\S+\s*/gu) ?? [];
  for (const { make, size } of CHANGES) {
    for (const share of PLACES) {
      compared += 1;
      const changed = read(make(words, Math.floor(words.length * share)).join(""));
      if (changed === undefined || changed.identity.kind === "exact") {
        missed.digest += 1;
        continue;
      }
      const near = nearTo(changed, book);
      if (near === undefined) missed.none += 1;
      else if (!near.nearest.known.ids.some((id) => ids.includes(id))) missed.other += 1;
      // A written word may be two for the comparison, or none.
      else if (near.nearest.distance > size * 3) missed.place += 1;
    }
  }
}
const each = ((performance.now() - started) / compared).toFixed(1);
process.stdout.write(
  `${JSON.stringify({ texts: texts.length, compared, missed, msEach: each })}\n`,
);
