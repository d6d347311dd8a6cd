import { defineCheck } from "../../../kernel/check.ts";
import type { EvidenceTypes } from "../../../kernel/evidence.ts";
import { openPlaces } from "../../../text/places.ts";
import { searchedTexts, type SearchedText } from "../searched-texts.ts";
import { homePathsIn } from "../home-paths.ts";
import { hostNamesIn } from "../host-names.ts";
import { maskedExamples } from "../mask-name.ts";
import { parseLeftBehind } from "../schema.ts";

/** Files told one by one; the rest is counted, since a data set of programs has thousands. */
const FILES_SHOWN = 20;

export default defineCheck({
  id: "privacy/names-in-paths",
  code: "PLM-PRI-003",
  title: "Accounts and machines named in paths",
  why: "Programs write the folder they work in into configurations and headers, and with it the account and the machine of whoever ran them.",
  source: {
    url: "https://cwe.mitre.org/data/definitions/552.html",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["kinds", "texts", "gguf", "safetensors", "remnants"],
  limits: [
    "of names in headers of weights and in paths, accounts are seen in `/home/NAME/`, `/Users/NAME/` and `C:\\Users\\NAME\\` alone, and machines in names of TensorBoard records and of run folders; what else a path tells of people is not seen",
    "names are looked for in texts of up to 16 MiB, in headers of GGUF and safetensors files, and in the first megabyte of training arguments, TensorBoard records and editors' swap files",
    "whether a name is a person's is not known: shared accounts are left out by a list",
    "what the model itself remembers of its training data is not tested",
  ],
  page: {
    detects:
      "Searches texts, headers of GGUF and safetensors files and the records that training leaves for folders of accounts (`/home/NAME/…`, `/Users/NAME/…`, `C:\\Users\\NAME\\…`), and names of TensorBoard records and run folders for the host they were written on. Shared accounts such as `ubuntu` or `runner`, placeholders, addresses of web pages, containers and machines of clouds are left out. A finding stands for one file: how many, how many different, and masked examples.",
    levels: {
      note: "a path names an account or a machine.",
      unknown: "a file could not be read.",
    },
    mend: "It does no harm to whoever runs the model. If you publish it, use relative names (`_name_or_path`, output folders), and save configurations again after editing.",
  },
  messages: {
    account: (a: NameEvidence) =>
      `${a.count === 1 ? "a path names" : `${a.count.toLocaleString("en")} paths name`} ${accounts(a.distinct)}: ${a.examples.join(", ")}`,
    host: (a: NameEvidence) =>
      `${a.count === 1 ? "a name of a file or run tells" : `${a.count.toLocaleString("en")} names of files and runs tell`} ${a.distinct === 1 ? "the host" : `${a.distinct} hosts`} they were written on: ${a.examples.join(", ")}`,
    more: (a: { count: number }) =>
      `${a.count.toLocaleString("en")} more files name accounts in paths`,
  },
  *run(evidence, { knowledge }, finding) {
    const { kinds, texts, gguf, safetensors, remnants } = evidence;
    const facts = knowledge.read("left-behind", parseLeftBehind);
    const shared = new Set(facts.sharedAccounts);
    if (texts.length + gguf.length + safetensors.length + remnants.length === 0) {
      return "not-applicable";
    }
    let told = 0;
    const placeOf = openFiles(kinds);
    for (const searched of searchedTexts(evidence)) {
      const { file, member, text, isBytes } = searched;
      const paths = homePathsIn(text, shared, isBytes);
      const [first] = paths;
      if (first === undefined) continue;
      told += 1;
      if (told > FILES_SHOWN) continue;
      const { line, offset } = placeOf(searched, first.start);
      yield finding.note(
        "account",
        { ...evidenceOf(paths.map(({ name }) => name)), line },
        { file, member, offset },
      );
    }
    if (told > FILES_SHOWN) yield finding.note("more", { count: told - FILES_SHOWN });
    const places = [
      ...kinds.map(({ file }) => file.path),
      ...remnants.map(({ text }) => text ?? ""),
    ];
    const hosts = places.flatMap((place) => hostNamesIn(place, facts.sharedHosts));
    if (hosts.length > 0) yield finding.note("host", { ...evidenceOf(hosts), line: 0 });
    return undefined;
  },
});

type NameEvidence = {
  readonly count: number;
  readonly distinct: number;
  /** Masked. */
  readonly examples: readonly string[];
  /** Line of the first; 0 where there are none. */
  readonly line: number;
};

/** Finds lines and bytes of places in files; bytes have no lines, and a header's text has no place of its own. */
function openFiles(
  kinds: EvidenceTypes["kinds"],
): (
  text: SearchedText,
  index: number,
) => { readonly line: number; readonly offset?: number | undefined } {
  const known = new Map(kinds.map((kind) => [kind.file.path, kind]));
  return ({ file, member, text, isBytes }, index) => {
    if (isBytes) return { line: 0, offset: index };
    const kind = member === undefined ? known.get(file) : undefined;
    const isWide = kind?.formats.some(({ format }) => format === "utf-16") ?? false;
    return openPlaces(text, kind && { size: kind.file.size, isWide })(index);
  };
}

function evidenceOf(names: readonly string[]): Omit<NameEvidence, "line"> {
  const distinct = new Set(names);
  return { count: names.length, distinct: distinct.size, examples: maskedExamples(distinct) };
}

function accounts(distinct: number): string {
  return distinct === 1 ? "one account" : `${distinct.toLocaleString("en")} accounts`;
}
