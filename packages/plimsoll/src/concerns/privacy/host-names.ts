/** Where programs write the name of the machine that they run on. */
const EVENTS =
  /^events\.out\.tfevents\.\d{9,11}\.([^/]{1,100}?)(?:\.\d{1,10}\.\d{1,4})?(?:\.v2)?$/u;

/** The folder that transformers makes for a run: `Jul23_12-00-00_host` (src/transformers/training_args.py, recalled). */
const RUN = /(?<![A-Za-z])[A-Z][a-z]{2}\d{2}_\d{2}-\d{2}-\d{2}_([A-Za-z0-9][A-Za-z0-9._-]{0,99})/gu;

/** Names found in one text (CWE-400). */
const HOSTS_MAX = 1_000;

/** Names of machines in a path or text; those of containers, addresses and clouds name nobody and are left out. */
export function hostNamesIn(text: string, sharedHosts: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const base = text.slice(text.lastIndexOf("/") + 1);
  const event = EVENTS.exec(base.slice(0, 300))?.[1];
  if (event !== undefined) found.add(event);
  for (const match of text.matchAll(RUN)) {
    if (found.size >= HOSTS_MAX) break;
    if (match[1] !== undefined) found.add(match[1].replace(/[._-]+$/u, ""));
  }
  return [...found].filter((host) => namesMachine(host, sharedHosts));
}

function namesMachine(host: string, sharedHosts: readonly string[]): boolean {
  const lower = host.toLowerCase();
  // A container is named by twelve digits of its number, a machine of a cloud by its address.
  if (/^[0-9a-f]{12}$/u.test(lower) || /^(?:ip-)?\d+(?:[.-]\d+){3}/u.test(lower)) return false;
  if (!/[a-z]{2}/u.test(lower)) return false;
  return !sharedHosts.some((shared) => lower === shared || /^[\d.-]*$/u.test(after(lower, shared)));
}

/** What follows a shared name: `node-12` is one of many. */
function after(host: string, shared: string): string {
  return host.startsWith(shared) ? host.slice(shared.length) : "x";
}
