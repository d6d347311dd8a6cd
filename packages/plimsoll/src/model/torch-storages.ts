import type { PickleStream } from "@plimsoll/formats";

/** The keys under which a PyTorch pickle asks for raw tensor bytes: `data/<key>` in its archive, numbers counted up. */
export function storageKeys(streams: readonly PickleStream[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { effects } of streams) {
    for (const effect of effects) {
      if (effect.kind !== "persid" || effect.id.kind !== "tuple") continue;
      const [tag, , key] = effect.id.items;
      if (tag?.kind !== "string" || tag.value !== "storage") continue;
      if (key?.kind === "string" && key.value !== undefined && /^\d+$/u.test(key.value)) {
        keys.add(key.value);
      }
    }
  }
  return keys;
}
