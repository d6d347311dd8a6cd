import type { SniffFormat } from "@plimsoll/formats";

import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { EvidenceValues } from "../../../kernel/evidence.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import { formatBytes } from "../../../kernel/units.ts";
import { isLoaderFile, isWeightName, leftoverEnding } from "../loader-files.ts";
import { whatItIs } from "../misnamed.ts";
import { findBareWeights } from "../missing-config.ts";
import { PART_MESSAGES, partFault, type PartFault } from "../part-faults.ts";
import { findShardGaps, findTensorGaps } from "../shard-gaps.ts";

/** Findings of one kind that are told one by one: a checkout of a thousand pointers is one mistake. */
const SHOWN = 20;

const messages = {
  pointer: (a: { oid: string; size: number }) =>
    `a Git LFS pointer lies here instead of the file of ${formatBytes(a.size)} (sha256 ${a.oid.slice(0, 12)}…)`,
  "pointer-aside": (a: { oid: string; size: number }) =>
    `a Git LFS pointer lies here instead of the file of ${formatBytes(a.size)}; no loader needs it`,
  "web-page": () => "a web page was saved under this name: a login or error page, not the file",
  empty: () => "the file is empty, and a loader expects content in it",
  "not-what-it-is-called": (a: { what: string }) => `it is not what its name says: it is ${a.what}`,
  "cut-short": (a: { missing: number; size: number }) =>
    `the file ends early: ${formatBytes(a.missing)} of its tensors are missing`,
  "missing-shards": (a: { missing: number; of: number; first: readonly string[] }) =>
    `${a.missing} of ${a.of} parts of this model are missing, the first is ${(a.first[0] ?? "").slice(0, 120)}`,
  "unused-index": (a: { of: number }) =>
    `an index of ${a.of} files that are all absent; other weights are there in their place`,
  "missing-tensors": (a: {
    index: string;
    missing: number;
    elsewhere: number;
    first: readonly string[];
  }) =>
    `${a.missing} tensors that the index places here are not in this file, the first is ${(a.first[0] ?? "").slice(0, 80)}${a.elsewhere === 0 ? "" : ` (${a.elsewhere} of them are in another part)`}`,
  ...PART_MESSAGES,
  "unfinished-download": (a: { ending: string }) =>
    `an unfinished download was left behind (${a.ending})`,
  "no-config": () => "weights without a config.json: the hub's loaders cannot tell what they are",
  "bare-weights": () => "weights without a config.json: only a loader made for them will take them",
  "no-model": () => "there is no model here: no file with weights",
  more: (a: { count: number; like: string }) => `${a.count} more findings of the kind "${a.like}"`,
};

type Say = FindingFactory<typeof messages>;
type Seen = EvidenceValues<"kinds" | "pointers" | "indexes" | "gguf" | "safetensors" | "joins">;

export default defineCheck({
  id: "support/complete-files",
  code: "PLM-SUP-001",
  title: "The model's files are all there and whole",
  why: "Most models that do not load were not downloaded whole.",
  source: {
    url: "https://github.com/git-lfs/git-lfs/blob/af13aa8f259f958049d3703252068e125b412d5e/docs/spec.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["kinds", "pointers", "indexes", "gguf", "safetensors", "joins"],
  limits: [
    "content is not compared with published digests: a file of the right length may hold wrong bytes",
    "pickled weights are not checked for missing tensors or a missing end",
    "models inside archives are not looked for",
  ],
  page: {
    detects:
      "Files that a download left behind in place of the model: Git LFS pointers, web pages, empty files, unfinished downloads; files cut short of what their headers state; parts that an index, a header or the numbers in names call for; parts whose headers give them another number than their names; tensors that an index places where they are not; files whose bytes are not what their names say; weights without a configuration; and folders without a model.",
    levels: {
      note: "something lies about that no loader needs: a pointer for a picture, an index for weights in another format, an index that leaves tensors out or states another total, weights of an unusual name without a configuration.",
      caution: "a loader will fail, or load less than the model.",
      unknown: "a file could not be read, or only archives are there.",
    },
    mend: "Fetch what is missing: `git lfs pull` for pointers; for the rest download the named file again, with a token where the publisher asks for one, and compare its size.",
  },
  messages,
  *run(seen, _context, finding) {
    const paths = new Set(seen.kinds.map(({ file }) => file.path));
    yield* standIns(seen, finding);
    yield* damaged(seen, finding);
    yield* missingParts(seen, paths, finding);
    yield* bareWeights(paths, finding);
    yield* noModel(seen, finding);
  },
});

/** Yields findings of one kind up to a bound, then how many more there are. */
function* bounded<T>(
  items: readonly T[],
  like: string,
  finding: Say,
  tell: (item: T) => Finding,
): Generator<Finding> {
  for (const item of items.slice(0, SHOWN)) yield tell(item);
  if (items.length <= SHOWN) return;
  const rest = items.slice(SHOWN).map(tell);
  const level = rest.some((one) => one.level === "caution") ? "caution" : "note";
  yield finding[level]("more", { count: rest.length, like });
}

const AGAIN = { text: "Download the file again, and check that it has the published size." };

/** Pointers, pages, empty files and unfinished downloads. */
function* standIns({ kinds, pointers }: Seen, finding: Say): Generator<Finding> {
  yield* bounded(pointers, "pointer", finding, ({ file, oid, size }) =>
    isLoaderFile(baseOf(file))
      ? finding.caution("pointer", { oid, size }, { file }, { remedy: PULL })
      : finding.note("pointer-aside", { oid, size }, { file }),
  );
  const loaded = kinds.filter(({ file }) => isLoaderFile(file.base));
  const are = (format: SniffFormat) =>
    loaded.filter(({ formats }) => formats.some((one) => one.format === format));
  yield* bounded(are("html"), "web-page", finding, ({ file }) =>
    finding.caution("web-page", undefined, { file: file.path }, { remedy: SIGN_IN }),
  );
  yield* bounded(are("empty"), "empty", finding, ({ file }) =>
    finding.caution("empty", undefined, { file: file.path }, { remedy: AGAIN }),
  );
  const leftovers = kinds.flatMap(({ file }) => {
    const ending = leftoverEnding(file.base);
    return ending === undefined ? [] : [{ file: file.path, ending }];
  });
  yield* bounded(leftovers, "unfinished-download", finding, ({ file, ending }) =>
    finding.caution("unfinished-download", { ending }, { file }, { remedy: FINISH }),
  );
}

const PULL = {
  text: "Fetch the files that the pointers stand for.",
  command: "git lfs pull",
};
const SIGN_IN = {
  text: "Open the address in a browser: where the publisher asks you to agree or to sign in, do so and download with a token.",
};
const FINISH = { text: "Finish the download, or remove what is left of it." };

/** Files that are not what they are called, or end before their tensors do. */
function* damaged({ kinds, gguf, safetensors }: Seen, finding: Say): Generator<Finding> {
  const misnamed = kinds.flatMap((kind) => {
    const what = whatItIs(kind);
    return what === undefined ? [] : [{ file: kind.file.path, what }];
  });
  yield* bounded(misnamed, "not-what-it-is-called", finding, ({ file, what }) =>
    finding.caution("not-what-it-is-called", { what }, { file }, { remedy: AGAIN }),
  );
  const lengths = [
    ...gguf.map(({ file, size, gguf: { missingBytes } }) => ({ file, size, missingBytes })),
    ...safetensors.map(({ file, size, header: { missingBytes } }) => ({
      file,
      size,
      missingBytes,
    })),
  ];
  const short = lengths.flatMap(({ file, size, missingBytes: missing }) =>
    missing === "unknown" || missing === 0 ? [] : [{ file, size, missing }],
  );
  yield* bounded(short, "cut-short", finding, ({ file, size, missing }) =>
    finding.caution("cut-short", { missing, size }, { file, offset: size }, { remedy: AGAIN }),
  );
}

function* missingParts(
  { indexes, safetensors, joins }: Seen,
  paths: ReadonlySet<string>,
  finding: Say,
): Generator<Finding> {
  yield* bounded(
    findShardGaps(paths, indexes),
    "missing-shards",
    finding,
    ({ file, missing, of, isUnused }) =>
      isUnused
        ? finding.note("unused-index", { of }, { file })
        : finding.caution(
            "missing-shards",
            { missing: missing.count, of, first: missing.first },
            { file },
            { remedy: { text: "Download the missing files into the same folder." } },
          ),
  );
  yield* bounded(
    findTensorGaps(indexes, safetensors),
    "missing-tensors",
    finding,
    ({ index, shard, missing, elsewhere }) =>
      finding.caution(
        "missing-tensors",
        { index, missing: missing.count, elsewhere, first: missing.first },
        { file: shard },
        { remedy: { text: "Download index and shards again from one revision." } },
      ),
  );
  const faults = joins.flatMap(({ faults: all }) => all.flatMap((fault) => partFault(fault) ?? []));
  yield* bounded(faults, "parts that disagree", finding, (fault) => sayPart(fault, finding));
}

function sayPart({ key, level, args, file, remedy }: PartFault, finding: Say): Finding {
  return finding[level](key, args, { file }, remedy === undefined ? {} : { remedy });
}

function* bareWeights(paths: ReadonlySet<string>, finding: Say): Generator<Finding> {
  yield* bounded(findBareWeights(paths), "no-config", finding, ({ file, isHub }) =>
    isHub
      ? finding.caution(
          "no-config",
          undefined,
          { file },
          { remedy: { text: "Download config.json from where the weights came." } },
        )
      : finding.note("bare-weights", undefined, { file }),
  );
}

/** Formats that can hold a model and that this check does not open. */
const ARCHIVES = new Set<SniffFormat>(["zip", "tar", "gzip", "xz", "bzip2", "zstd", "7z", "rar"]);

function* noModel({ kinds, gguf, safetensors }: Seen, finding: Say): Generator<Finding | Unread> {
  if (gguf.length + safetensors.length > 0) return;
  if (kinds.some(({ file }) => isWeightName(file.base))) return;
  const archives = kinds.filter(({ formats }) => formats.some((one) => ARCHIVES.has(one.format)));
  const [first] = archives;
  if (first === undefined) {
    yield finding.caution("no-model", undefined, undefined, {
      remedy: { text: "Name the folder that holds the model." },
    });
    return;
  }
  const others = archives.length === 1 ? "" : `, and ${archives.length - 1} more`;
  yield unread(first.file.path, `an archive that was not searched for a model${others}`);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}
