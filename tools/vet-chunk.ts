/** The modules that a person waits for before any model is read: the command line, its verbs, reports. */
const FRONT =
  /[/\\]src[/\\](?:main|command-line|verbs[/\\][^/\\]+[/\\]command|report[/\\](?!report)[^/\\]+)\.ts$/u;

/** Our own source, whose modules may be put together; packages keep files of their own. */
const OWN = /[/\\]packages[/\\](?:plimsoll|formats)[/\\]src[/\\]/u;

/**
 * Names the file of the bundle that a module goes to: `vet` for what only the reading of a model loads.
 *
 * Some verbs load all checks, and opening a hundred files costs more than reading their code. What the front imports
 * stays out, so that no other verb loads it; and as the front imports only the front, the two files are no circle.
 */
export function openVetChunk(
  imports: ReadonlyMap<string, readonly string[]>,
): (id: string) => string | null {
  let front: ReadonlySet<string> | undefined;
  return (id) => {
    // Asked for the first time when every module is known.
    front ??= reach(
      [...imports.keys()].filter((one) => FRONT.test(one)),
      imports,
    );
    return OWN.test(id) && !front.has(id) ? "vet" : null;
  };
}

/** Modules with everything they import when they are loaded. */
function reach(
  from: readonly string[],
  imports: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const seen = new Set(from);
  // A set is walked to its end, also through what is added on the way.
  for (const id of seen) for (const next of imports.get(id) ?? []) seen.add(next);
  return seen;
}
