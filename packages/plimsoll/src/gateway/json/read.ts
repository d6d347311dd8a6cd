import { isUtf8 } from "node:buffer";

import type { JsonObject } from "../../kernel/json.ts";
import { refuse } from "../refusal.ts";
import type { ReadJson } from "../server/contract.ts";
import { findOddity, JSON_MAX_DEPTH } from "./keys.ts";

/** Characters of a caller's key that a message shows. */
const SHOWN_KEY = 60;

/** Reads a body that must be one JSON object with one meaning. */
export const readJson: ReadJson = (bytes) => {
  if (!isUtf8(bytes)) return bad("The body is not UTF-8.");
  const text = bytes.toString("utf8");
  const oddity = findOddity(text);
  if (oddity?.kind === "deep")
    return bad(`The body is nested deeper than ${JSON_MAX_DEPTH} levels.`);
  if (oddity?.kind === "duplicate") {
    const key = JSON.stringify(oddity.key.slice(0, SHOWN_KEY));
    return bad(
      `The key ${key} stands twice in one object: which of the two counts is anybody's guess.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad("The body is not JSON.");
  }
  return isObject(value) ? { kind: "read", value } : bad("The body is not a JSON object.");
};

function bad(message: string): ReturnType<ReadJson> {
  return { kind: "refused", refusal: refuse("bad_request", message) };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
