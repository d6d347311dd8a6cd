import type { FaultList } from "../core/fault-list.ts";
import { quoteName } from "../core/quote-name.ts";

/** What lies outside ASCII can be written in more than one way. */
const NOT_ASCII = /[^\0-\u007F]/u;

/** Reports names that are the same once normalised (Unicode NFC): a reader that normalises loses one of them. */
export function checkNames(names: Iterable<string>, faults: FaultList, offset: number): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    // An ASCII name is its own normal form, and no other name has that form.
    if (!NOT_ASCII.test(name)) continue;
    const normal = name.normalize("NFC");
    const other = seen.get(normal);
    if (other !== undefined) {
      const problem = `names ${quoteName(other)} and ${quoteName(name)} differ in encoding only`;
      faults.add("ambiguous", problem, offset);
    }
    seen.set(normal, name);
  }
}
