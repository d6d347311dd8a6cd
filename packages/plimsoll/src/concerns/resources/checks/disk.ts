import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import { formatBytes } from "../../../kernel/units.ts";
import type { Variant } from "../../../model/variant.ts";
import { count, shorten } from "../figures.ts";

/** Free bytes below which whatever writes beside the model may fail: a lock, a log, a cache. */
const LEAST_FREE = 104_857_600;

const messages = {
  "no-space": (a: { free: number }) =>
    `${formatBytes(a.free)} are free on this disk: locks, logs and caches of engines may fail`,
  "no-room-for-a-copy": (a: { free: number; variant: string; bytes: number }) =>
    `${formatBytes(a.free)} are free on this disk, less than the ${formatBytes(a.bytes)} of ${a.variant}: a second copy, another revision or a conversion needs another place`,
  "several-ways": (a: {
    ways: number;
    bytes: number;
    largest: number;
    formats: readonly string[];
  }) =>
    `${count(a.ways)} ways to load a model (${a.formats.join(", ")}) take ${formatBytes(a.bytes)}: a loader uses one of them, and the others take ${formatBytes(a.bytes - a.largest)} at least`,
  "other-frameworks": (a: { files: number; bytes: number }) =>
    `${count(a.files)} files (${formatBytes(a.bytes)}) hold weights for other frameworks`,
  training: (a: { files: number; bytes: number }) =>
    `${count(a.files)} files (${formatBytes(a.bytes)}) hold the state of a training: no loader needs them`,
};

type Say = FindingFactory<typeof messages>;

export default defineCheck({
  id: "resources/disk",
  code: "PLM-RES-004",
  title: "What it takes on the disk",
  why: "A folder often holds the same model two or three times, and a full disk breaks what writes beside it.",
  source: {
    url: "https://github.com/huggingface/huggingface_hub/blob/main/docs/source/en/guides/download.md",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["variants", "disk"],
  limits: [
    "copies elsewhere on this machine are not looked for, and a disk that does not tell its free space is not judged",
  ],
  page: {
    detects:
      "Reads the free space of the disk that holds the model, and adds up what lies there: every way to load the model, weights for other frameworks, and the state of a training. Verifying and hashing write nothing; a copy, another revision or a conversion needs room beside what is there.",
    levels: {
      caution: "less than 105 MB are free.",
      note: "there is less room than the largest way to load the model takes; several ways lie side by side; files for other frameworks or of a training lie about.",
    },
    mend: "Keep the one way to load it that you use (PLM-RES-001 names the largest that fits) and remove the others, or choose where copies and conversions go.",
  },
  messages,
  *run({ variants, disk }, _context, finding) {
    const models = variants.filter(({ role }) => role === "model");
    if (models.length === 0) return "not-applicable";
    if (disk.free !== null) yield* room(disk.free, models, finding);
    yield* several(models, finding);
    for (const { what, files, bytes, first } of disk.aside) {
      yield finding.note(what, { files, bytes }, { file: first });
    }
    return undefined;
  },
});

function* room(free: number, models: readonly Variant[], finding: Say): Generator<Finding> {
  if (free < LEAST_FREE) {
    yield finding.caution("no-space", { free }, undefined, {
      remedy: { text: "Free some space, or move the model to another disk." },
    });
    return;
  }
  const largest = models.toSorted((a, b) => bytesOf(b) - bytesOf(a))[0];
  if (largest === undefined || bytesOf(largest) <= free) return;
  const args = { free, variant: shorten(largest.label), bytes: bytesOf(largest) };
  yield finding.note("no-room-for-a-copy", args, { file: largest.files[0] });
}

function* several(models: readonly Variant[], finding: Say): Generator<Finding> {
  if (models.length < 2) return;
  const sizes = models.map(bytesOf);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const formats = [...new Set(models.map(({ format }) => format))].sort();
  const args = { ways: models.length, bytes, largest: Math.max(...sizes), formats };
  yield finding.note("several-ways", args, { file: models[0]?.files[0] });
}

function bytesOf({ tensorBytes }: Variant): number {
  return tensorBytes === "unknown" ? 0 : tensorBytes;
}
