import {
  decompressorFor,
  FormatError,
  looksLikePickle,
  memorySource,
  runSync,
  sniff,
  SNIFF_BYTES,
  type Budget,
  type ByteSource,
  type Decompressed,
  type Decompressor,
  type Parsed,
} from "@plimsoll/formats";

import { unreadOfParsed } from "../parsed-unread.ts";
import type { Container, Inner, LookInto, Opened } from "./inner.ts";
import { SLOW_MAX_OUTPUT } from "./limits.ts";
import { namelessStep } from "./member-path.ts";

/** Decoders that take a second for each ten megabytes. */
const SLOW: ReadonlySet<string> = new Set(["bzip2", "xz", "lzma"]);

/** Endings that compressing adds to a name, and what was there before. */
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/\.t(?:gz|bz2?|xz|lz4|zst)$/u, ".tar"],
  [/\.(?:gz|gzip|z|zlib|bz2?|xz|lzma|lz4|zst|zstd)$/u, ""],
];

/** Formats whose first bytes say little: what they decode to decides. */
const UNSURE: ReadonlySet<string> = new Set(["zlib", "lzma"]);

/** Decoded bytes below which what they look like is chance. */
const FEW_BYTES = 16;

/** How to look into what is compressed in a format; undefined for a name that is no compression. */
export function lookIntoCompressed(format: string): LookInto | undefined {
  const decompressor = decompressorFor(format);
  if (decompressor === undefined) return undefined;
  return function* look(container): Generator<Inner, boolean> {
    let isOne = true;
    // Kept with what is found, and so without the container's bytes.
    const place = { file: container.file, member: container.member };
    yield {
      step: namelessStep(format),
      name: nameWithin(container.name),
      isPickle: false,
      isNumbers: false,
      at: undefined,
      willHold: 0,
      open: (source, budget, room) => {
        const opened = decode(decompressor, place, source, { budget, room });
        isOne = opened !== undefined;
        return opened;
      },
    };
    return isOne;
  };
}

/** The name before compressing: `model.pkl` of `model.pkl.gz`, and the same name where nothing was added. */
export function nameWithin(name: string): string {
  const lower = name.toLowerCase();
  for (const [ending, before] of ENDINGS) {
    const found = ending.exec(lower);
    if (found !== null) return name.slice(0, found.index) + before;
  }
  return name;
}

function decode(
  { format, read }: Decompressor,
  { file, member }: Pick<Container, "file" | "member">,
  source: ByteSource,
  { budget, room }: { readonly budget: Budget; readonly room: number },
): Opened | undefined {
  const output = SLOW.has(format) ? Math.min(room, SLOW_MAX_OUTPUT) : room;
  const isUnsure = UNSURE.has(format);
  let parsed: Parsed<Decompressed>;
  try {
    parsed = runSync(read(source.size, budget, { limits: { output } }), source);
  } catch (error) {
    if (isUnsure && FormatError.isInstance(error) && error.code === "bad-magic") return undefined;
    throw error;
  }
  if (isUnsure && !isSound(parsed)) return undefined;
  const { bytes } = parsed.value;
  return {
    source: memorySource(bytes, `${source.id}!${format}`),
    held: bytes.length,
    unread: unreadOfParsed(file.path, parsed, member),
  };
}

/** Whether what was decoded can be what somebody compressed: it came to its end, or begins as something. */
function isSound({ value: { bytes }, complete, unclaimed }: Parsed<Decompressed>): boolean {
  if (complete && unclaimed.length === 0) return true;
  if (bytes.length < FEW_BYTES) return false;
  const head = bytes.subarray(0, SNIFF_BYTES);
  if (looksLikePickle(head) !== "no") return true;
  return sniff(head, bytes.length).some(
    ({ format, confidence }) => confidence !== "weak" && !SAYS_LITTLE.has(format),
  );
}

const SAYS_LITTLE: ReadonlySet<string> = new Set(["unknown", "text", "utf-16"]);
