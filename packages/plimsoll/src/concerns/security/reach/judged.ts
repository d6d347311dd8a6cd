import type { Sniffed } from "@plimsoll/formats";

import type { ReachFacts } from "./schema.ts";
import { buildsObjects } from "./yaml-tags.ts";

/** What is known of one file or archive member when coverage asks whether anything judged it. */
export type Covered = {
  /** Lower-case name. */
  readonly base: string;
  readonly size: number;
  readonly formats: readonly Sniffed[];
  /** True when a reader of this version read it and a check judges what it found. */
  readonly isRead: boolean;
  /** True for what lies within another file. */
  readonly isPacked?: boolean;
};

/** Texts that loaders read as words and data, never as instructions. */
const PLAIN = new Set(["text", "utf-16", "html", "json"]);

/** Formats that a reader of this version opens. */
const READ = new Set([
  "gguf",
  "safetensors",
  "zip",
  "tar",
  "npy",
  "gzip",
  "zlib",
  "bzip2",
  "xz",
  "lzma",
  "zstd",
  "lz4",
  "pickle",
  "sentencepiece",
  "tiktoken",
]);

/** Names under which a picture or a page is one: a loader takes other names for other things. */
const INERT_NAME = /\.(?:png|jpe?g|gif|webp|pdf)$/u;

/** A further format that the bytes surely have: loaders choose by the name, and may choose that one. */
function secondFormat({ formats }: Covered, facts: ReachFacts): string | undefined {
  if (formats.length < 2) return undefined;
  return formats.find(
    ({ format, confidence }) =>
      confidence !== "weak" && !READ.has(format) && !PLAIN.has(format) && !facts.inert.has(format),
  )?.format;
}

/**
 * Why nothing here has judged a file that a loader may read or run; undefined when it is judged or
 * cannot be either.
 *
 * `text` is its content where it is a text that was read, so that a YAML that builds objects is seen.
 */
export function unjudgedReason(
  file: Covered,
  facts: ReachFacts,
  text: string | undefined,
): string | undefined {
  const has = (format: string): boolean => file.formats.some((one) => one.format === format);
  if (file.size === 0) return undefined;
  if (has("lfs-pointer"))
    return "only a Git LFS pointer is here: the file it stands for was not seen";
  const code = facts.codeNamed(file.base);
  if (code !== undefined) return `${code}: no check of this version reads it`;
  if (has("script")) return "a script: no check of this version reads it";
  const second = secondFormat(file, facts);
  if (second !== undefined) return `it can be read as ${second} too, and nothing here opens that`;
  if (file.isRead || facts.isAside(file.base)) return undefined;
  const known = file.formats.find((one) => one.confidence === "certain") ?? file.formats[0];
  const format = known?.format ?? "unknown";
  if (facts.inert.has(format)) {
    return INERT_NAME.test(file.base) ? undefined : `${format} under a name of something else`;
  }
  if (file.formats.some((one) => PLAIN.has(one.format))) {
    // An archive may follow a text, and readers that look for it at the end of the file find it.
    if (text?.includes("\0") === true) return "a text at its beginning, other bytes further on";
    if (file.isPacked === true && text === undefined) {
      return "a text within an archive that no check of this version reads";
    }
    if (!facts.isTextName(file.base)) return "a text under a name that says nothing of its use";
    if (isYamlName(file.base) && text !== undefined && buildsObjects(text)) {
      return "YAML that names objects to build: no check of this version reads it";
    }
    return undefined;
  }
  return format === "unknown"
    ? "no reader of this version knows this format"
    : `no reader of this version opens ${format}`;
}

function isYamlName(base: string): boolean {
  return /\.(?:ya?ml|cfg|conf)$/u.test(base);
}
