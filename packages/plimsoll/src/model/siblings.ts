import { parseShardName } from "./shards.ts";
import { weightFormatOf } from "./weight-names.ts";

/**
 * Tells the names that belong with one part of a split model: its other parts, their index, and the
 * configuration without which they are no model. Undefined for a name that is no part.
 */
export function siblingTest(name: string): ((other: string) => boolean) | undefined {
  const part = weightFormatOf(name.toLowerCase()) === undefined ? undefined : parseShardName(name);
  if (part === undefined) return undefined;
  const index = `${part.stem}${part.ending}.index.json`;
  return (other) => {
    if (other === name) return false;
    if (other === index || (other === "config.json" && part.ending !== ".gguf")) return true;
    const shard = parseShardName(other);
    return (
      shard?.stem === part.stem &&
      shard.of === part.of &&
      shard.digits === part.digits &&
      shard.ending === part.ending
    );
  };
}
