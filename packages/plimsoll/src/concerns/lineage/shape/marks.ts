import { jsonBoolean, jsonMember, jsonObject, jsonString, type JsonValue } from "@plimsoll/formats";

import type { Variant } from "../../../model/variant.ts";
import type { ArchitectureMark } from "./schema.ts";

/** Share of a model's blocks in which a tensor must be: one odd block is a fault of another kind. */
const BLOCKS_SHARE = 0.5;

/** A mark of another architecture than the configuration names. */
export type ForeignMark = {
  readonly what: string;
  readonly tensor: string;
  readonly blocks: number;
};

/**
 * Tensors by which a model is of another architecture than its configuration says.
 *
 * A model that brings its own code, or whose weights a quantiser repacked (which adds biases of its own), may have
 * any tensors: nothing is said of those.
 */
export function foreignMark(
  { tensors, shape }: Variant,
  config: JsonValue,
  marks: readonly ArchitectureMark[],
): ForeignMark | undefined {
  if (tensors === "unknown" || shape.kind === "unread" || isOwnKind(config)) return undefined;
  const type = jsonString(jsonMember(config, "model_type")) ?? "";
  const possible = marks.filter(
    ({ never, unless }) =>
      never.includes(type) &&
      !unless.some((name) => jsonBoolean(jsonMember(config, name)) === true),
  );
  for (const { what, ends } of possible) {
    const found = tensors.filter(({ name }) => name.endsWith(ends) && /\.layers\.\d/u.test(name));
    const [first] = found;
    if (first !== undefined && found.length >= shape.layers * BLOCKS_SHARE) {
      return { what, tensor: first.name, blocks: found.length };
    }
  }
  return undefined;
}

function isOwnKind(config: JsonValue): boolean {
  return ["auto_map", "quantization_config", "compression_config"].some(
    (name) => jsonObject(jsonMember(config, name)) !== undefined,
  );
}
