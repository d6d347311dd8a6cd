import { refuseBypasses } from "../bypasses.ts";
import type { VectorDialect } from "../contract.ts";
import { defined } from "../defined.ts";
import { Fields, Problems } from "../fields.ts";
import { NOTHING_ASIDE, settle } from "../settle.ts";

/** Texts of one request (CWE-770). */
export const INPUTS_MAX = 2_048;

/** Numbers of one vector that may be asked for. */
export const DIMENSIONS_MAX = 65_536;

/** Reads a request for vectors. */
export const decodeEmbeddings: VectorDialect["decode"] = (body, _headers, policy) => {
  const problems = new Problems();
  const fields = new Fields(body, "", problems);
  const subject = fields.text("safety_identifier");
  const user = fields.text("user");
  const turn = {
    model: fields.needed("model"),
    inputs: readInputs(fields),
    encoding: readEncoding(fields),
    ...defined({
      dimensions: fields.integer("dimensions", 1, DIMENSIONS_MAX),
      subject: subject ?? user,
    }),
  };
  refuseBypasses(fields);
  return settle(turn, fields, problems, NOTHING_ASIDE, policy);
};

/** One text or several; numbers of tokens cannot be looked at. */
function readInputs(fields: Fields): readonly string[] {
  const input = fields.json("input");
  if (input === undefined) {
    fields.problem("input", "must be given");
    return [];
  }
  const inputs = typeof input === "string" ? [input] : (fields.list("input", INPUTS_MAX) ?? []);
  const texts = inputs.filter((text) => typeof text === "string");
  if (texts.length < inputs.length) {
    fields.problem("input", "must be texts, and not numbers of tokens");
  } else if (texts.includes("") || (Array.isArray(input) && input.length === 0)) {
    fields.problem("input", "must not be empty");
  }
  return texts;
}

function readEncoding(fields: Fields): "float" | "base64" {
  const encoding = fields.text("encoding_format") ?? "float";
  if (encoding === "float" || encoding === "base64") return encoding;
  fields.problem("encoding_format", "must be float or base64");
  return "float";
}
