import { FormatError, jsonMember, parseJson, type JsonValue } from "@plimsoll/formats";

/** Values of one packed configuration: small in bytes, large in memory (CWE-770). */
const PACKED_MAX_VALUES = 100_000;

/** A packed text as a configuration: its value, why nobody has judged it, or nothing for what is none. */
export type PackedConfig =
  | { readonly kind: "read"; readonly value: JsonValue }
  | { readonly kind: "unjudged"; readonly reason: string }
  | undefined;

/**
 * Reads a text within an archive as a loader reads a configuration.
 *
 * What names code is looked for in it as beside the model. Chat templates are examined only there, so one
 * within an archive is judged by nobody.
 */
export function readPackedConfig(base: string, text: string): PackedConfig {
  if (/\.jinja2?$/u.test(base)) return { kind: "unjudged", reason: TEMPLATE };
  if (!base.endsWith(".json")) return undefined;
  try {
    const { value, faults } = parseJson(text, { values: PACKED_MAX_VALUES });
    const twice = faults.find(({ code }) => code === "duplicate");
    if (twice !== undefined) {
      return {
        kind: "unjudged",
        reason: `duplicate: ${twice.message}: two loaders may see two values`,
      };
    }
    if (jsonMember(value, "chat_template") !== undefined)
      return { kind: "unjudged", reason: TEMPLATE };
    return { kind: "read", value };
  } catch (error) {
    if (!FormatError.isInstance(error)) throw error;
    return { kind: "unjudged", reason: `${error.code}: ${error.message}` };
  }
}

const TEMPLATE = "a chat template within an archive: no check of this version examines it there";
