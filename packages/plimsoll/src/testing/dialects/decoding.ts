import type { TextDialect, VectorDialect } from "../../gateway/dialects/contract.ts";
import { readJson } from "../../gateway/json/read.ts";
import type { JsonObject } from "../../kernel/json.ts";

/** What becomes of fields that are not known. */
export type Unknown = "forward" | "drop" | "refuse";

/** What a decoder read of a body that came as bytes; or the field that it refused. */
export type Outcome<T> =
  | { readonly turn: T; readonly dropped: readonly string[] }
  | { readonly param: string | undefined; readonly code: string; readonly message: string };

/** Reads a body as the door does: from its bytes. */
export function decodeText(
  dialect: Pick<TextDialect, "decode">,
  body: JsonObject | string,
  unknownFields: Unknown = "forward",
): Outcome<(ReturnType<TextDialect["decode"]> & { readonly kind: "read" })["turn"]> {
  const read = readJson(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));
  if (read.kind === "refused") return outcomeOf(read);
  return outcomeOf(dialect.decode(read.value, {}, { unknownFields }));
}

/** The same for vectors. */
export function decodeVectors(
  dialect: Pick<VectorDialect, "decode">,
  body: JsonObject,
  unknownFields: Unknown = "forward",
): Outcome<(ReturnType<VectorDialect["decode"]> & { readonly kind: "read" })["turn"]> {
  return outcomeOf(dialect.decode(body, {}, { unknownFields }));
}

/** The field that was refused; undefined when nothing was. */
export function refusedField(outcome: Outcome<unknown>): string | undefined {
  return "turn" in outcome ? undefined : outcome.param;
}

/** The turn that was read. */
export function turnOf<T>(outcome: Outcome<T>): T {
  if ("turn" in outcome) return outcome.turn;
  throw new RangeError(outcome.message);
}

function outcomeOf<T>(
  decoded:
    | { readonly kind: "read"; readonly turn: T; readonly dropped: readonly string[] }
    | {
        readonly kind: "refused";
        readonly refusal: {
          readonly param?: string;
          readonly code: string;
          readonly message: string;
        };
      },
): Outcome<T> {
  if (decoded.kind === "read") return { turn: decoded.turn, dropped: decoded.dropped };
  const { param, code, message } = decoded.refusal;
  return { param, code, message };
}
