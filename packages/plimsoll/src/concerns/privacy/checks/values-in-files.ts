import { formatCount } from "../../../kernel/units.ts";
import { defineCheck } from "../../../kernel/check.ts";
import type { Level } from "../../../kernel/finding.ts";
import { openIdentifiers } from "../../../text/identifiers/find.ts";
import { parseIdentifierFacts } from "../../../text/identifiers/schema.ts";
import { openPlaces } from "../../../text/places.ts";
import { fileRole } from "../file-role.ts";
import { openTally } from "../tally.ts";
import { levelOfValues } from "../value-level.ts";

export default defineCheck({
  id: "privacy/values-in-files",
  code: "PLM-PRI-001",
  title: "Personal data in the files",
  why: "Data sets, logs and training states that travel with a model carry the people whose data made it, to everybody who downloads it.",
  source: {
    url: "https://github.com/EmidioStani/synonyms_harvester/blob/761c4239eb914c099127040ff99c3e2dd7e114cd/gdpr.html",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["kinds", "texts"],
  limits: [
    "of personal data in files, only payment card numbers, IBANs, United States social security numbers, telephone numbers in international form and e-mail addresses are looked for: no names, postal addresses, national telephone forms, other identity numbers, dates of birth or free text about people",
    "personal data is looked for in text files of up to 16 MiB in UTF-8 or UTF-16, not in vocabularies, weights, GGUF headers, Parquet files, pictures or archives",
    "what the model itself remembers of its training data is not tested",
  ],
  page: {
    detects:
      "Every text file is searched for payment card numbers (issuer's first digits, length and check digit), IBANs (country's length and check digits), United States social security numbers beside a word that says so, telephone numbers in international form, and e-mail addresses. Test cards, published examples, fictitious telephone numbers, reserved domains, shared mailboxes such as info@ and machines such as noreply@ are left out. A finding stands for one kind in one file: how many, where the first is, and up to three masked examples; no value is shown.",
    levels: {
      caution:
        "a card number, an IBAN or a social security number is in any file; a telephone number is in a data file or a log; ten different e-mail addresses or more are in a data file, or any is in a log or training state.",
      note: "e-mail addresses or telephone numbers are in a page, a program or settings, where people leave them to be reached, or a few addresses are in a data file.",
      unknown: "a file could not be read or is too large.",
    },
    mend: "Look at the place. If real people are meant and you publish the files: remove the data, from older revisions too, and find out whether the model was trained on it. If you only use the model: tell its publisher, and do not pass the file on. A training state, log or data file is not needed to run a model.",
  },
  messages: {
    card: (a: ValueEvidence) => say(a, "payment card number", "payment card numbers"),
    iban: (a: ValueEvidence) => say(a, "bank account number (IBAN)", "bank account numbers (IBAN)"),
    ssn: (a: ValueEvidence) => say(a, "social security number", "social security numbers"),
    phone: (a: ValueEvidence) => say(a, "telephone number", "telephone numbers"),
    email: (a: ValueEvidence) => say(a, "e-mail address", "e-mail addresses"),
  },
  *run({ kinds, texts }, { knowledge }, finding) {
    if (texts.length === 0) return "not-applicable";
    const find = openIdentifiers(knowledge.read("identifiers", parseIdentifierFacts));
    const kindOf = new Map(kinds.map((kind) => [kind.file.path, kind]));
    for (const { file, base, text } of texts) {
      const tally = openTally();
      find(text, { hasHeader: /\.(?:csv|tsv)$/u.test(base) }, tally.add);
      const kind = kindOf.get(file);
      const isWide = kind?.formats.some(({ format }) => format === "utf-16") ?? false;
      const placeOf = openPlaces(text, kind && { size: kind.file.size, isWide });
      for (const one of tally.end()) {
        const { line, offset } = placeOf(one.first);
        const { count, distinct, examples } = one;
        const level = levelOfValues(one, fileRole(file));
        const at = { file, offset };
        yield finding[level](one.kind, { count, distinct, examples, line }, at, mendOf(level));
      }
    }
  },
});

type ValueEvidence = {
  readonly count: number;
  readonly distinct: number;
  readonly examples: readonly string[];
  readonly line: number;
};

function say({ count, distinct, examples }: ValueEvidence, one: string, many: string): string {
  if (count === 1) return `one ${one}: ${examples.join("")}`;
  const different = distinct < count ? `, ${formatCount(distinct)} different` : "";
  return `${formatCount(count)} ${many}${different}: ${examples.join(", ")}`;
}

function mendOf(level: Level) {
  if (level === "note") return undefined;
  return { remedy: { text: "remove it from the file and from every older revision" } };
}
