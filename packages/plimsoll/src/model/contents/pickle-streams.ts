import {
  FormatError,
  looksLikePickle,
  readPickles,
  runSync,
  SNIFF_BYTES,
  type Budget,
  type ByteSource,
  type Effect,
  type Parsed,
  type PickleStream,
  type PickleStreams,
  type Sniffed,
} from "@plimsoll/formats";

/** Names under which loaders look for a pickle, whatever the bytes say. */
const PICKLE_NAME = /\.(?:pkl|pickle|pck|pcl|pt|pth|ckpt|bin|joblib|dill|p|mar)$/u;

/** Formats that say what a file is beyond doubt, so that a name such as `.bin` does not make it a pickle. */
const OTHER: ReadonlySet<string> = new Set([
  "gguf",
  "ggml-old",
  "safetensors",
  "zip",
  "tar",
  "gzip",
  "bzip2",
  "xz",
  "zstd",
  "lz4",
  "hdf5",
  "npy",
  "lfs-pointer",
  "html",
]);

/** Whether a loader takes a file of this lower-case name for a pickle, whatever its bytes look like. */
export function isNamedPickle(base: string, formats: readonly Sniffed[]): boolean {
  if (!PICKLE_NAME.test(base)) return false;
  // Bytes can be of two formats at once: what is surely another one still counts where it acts as a pickle.
  return !formats.some((one) => OTHER.has(one.format) && one.confidence === "certain");
}

/**
 * The pickles of a source, or undefined when it is left to others: it is not `named` one, and its bytes
 * do not begin with a pickle's header and do nothing that a pickle does.
 * @throws FormatError `bad-magic` and others when it is named one and cannot be read.
 */
export function readStreams(
  source: ByteSource,
  named: boolean,
  budget: Budget,
): Parsed<PickleStreams> | undefined {
  const head = source.read(0, Math.min(SNIFF_BYTES, source.size));
  const looks = named ? "yes" : looksLikePickle(head);
  if (looks === "no") return undefined;
  try {
    const parsed = runSync(readPickles(source.size, { budget }), source);
    return looks === "yes" || parsed.value.streams.some(acts) ? parsed : undefined;
  } catch (error) {
    if (!named && FormatError.isInstance(error) && error.code === "bad-magic") return undefined;
    throw error;
  }
}

/**
 * True when a stream without a header does what only a pickle does: it calls, or imports and comes to its
 * end. A list of words can import by chance (`cat`, `dog`), and then breaks off.
 */
function acts({ effects, stopped }: PickleStream): boolean {
  return effects.some((effect) => {
    if (effect.kind === "call") return canExist(effect.callee);
    return effect.kind === "import" && stopped && canExist(effect.symbol);
  });
}

type Imported = Extract<Effect, { kind: "import" }>["symbol"];

/** No module has a NUL or a line's end in its name: what asks for one (an archive whose first name begins with `c`) ends there. */
function canExist(symbol: Imported | Extract<Effect, { kind: "call" }>["callee"]): boolean {
  if (symbol.kind !== "global") return true;
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return !/[\u0000-\u001f\u007f]/u.test(symbol.module + symbol.name);
}
