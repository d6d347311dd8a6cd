import {
  jsonInteger,
  jsonMember,
  jsonNumber,
  jsonObject,
  jsonString,
  type GgufFile,
  type JsonValue,
} from "@plimsoll/formats";

import { INNER_KEYS } from "./agreement.ts";

/** How positions beyond the trained ones are stretched, as one file declares it. */
export type RopeScaling = {
  /** JSON or metadata key that declares it. */
  readonly member: string;
  /** `yarn`, `linear` and so on, as written; undefined when the kind is not said. */
  readonly type: string | undefined;
  readonly factor: number | undefined;
  /** Tokens before stretching. */
  readonly original: number | undefined;
};

/** Kinds that need a factor; the others carry lists of their own. */
const NEED_FACTOR: ReadonlySet<string> = new Set(["linear", "dynamic", "yarn"]);

/**
 * What a `config.json` says of scaling; undefined when it says nothing.
 * @see https://pypi.org/project/transformers/5.24.0/#transformers/modeling_rope_utils.py (read 2026-11-25)
 */
export function ropeOfConfig(config: JsonValue): RopeScaling | undefined {
  const parts = [config, ...INNER_KEYS.map((key) => jsonMember(config, key))];
  for (const part of parts) {
    for (const member of ["rope_scaling", "rope_parameters"]) {
      const held = jsonObject(jsonMember(part, member));
      if (held === undefined) continue;
      const type = jsonString(held.get("rope_type")) ?? jsonString(held.get("type"));
      const factor = jsonNumber(held.get("factor"));
      if ((type === undefined && factor === undefined) || type === "default") continue;
      const trained = jsonInteger(jsonMember(part, "max_position_embeddings"));
      const original = jsonInteger(held.get("original_max_position_embeddings")) ?? trained;
      return { member, type, factor, original };
    }
  }
  return undefined;
}

/**
 * What a GGUF file says of scaling; undefined when it says nothing.
 * @see https://github.com/ggml-org/llama.cpp/blob/0c1e57098/gguf-py/gguf/constants.py (read 2026-11-25)
 */
export function ropeOfGguf({ metadata, tensors }: GgufFile): RopeScaling | undefined {
  const architecture = metadata.get("general.architecture");
  const prefix = architecture?.type === "string" ? `${architecture.value}.rope.scaling` : "";
  const number = (key: string): number | undefined => {
    const value = metadata.get(`${prefix}.${key}`)?.value;
    return typeof value === "number" ? value : undefined;
  };
  const named = metadata.get(`${prefix}.type`);
  const type = named?.type === "string" ? named.value : undefined;
  const factor = number("factor");
  const original = number("original_context_length");
  if (type !== undefined && type !== "none") {
    return { member: `${prefix}.type`, type, factor, original };
  }
  if (factor !== undefined && factor !== 1) {
    return { member: `${prefix}.factor`, type: undefined, factor, original };
  }
  // Some families keep a factor for each frequency as a tensor, and say nothing else.
  const listed = tensors.find(({ name }) => name.startsWith("rope_f"));
  return listed === undefined
    ? undefined
    : { member: listed.name, type: "factors", factor: undefined, original };
}

/** What is missing from a declaration, so that engines guess or refuse; undefined when it is whole. */
export function missingOf({ type, factor }: RopeScaling): "type" | "factor" | undefined {
  if (type === undefined) return "type";
  return NEED_FACTOR.has(type) && factor === undefined ? "factor" : undefined;
}
