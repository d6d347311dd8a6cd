import * as v from "valibot";

import { sourceSchema } from "../../../text/source/schema.ts";
import { unpackHashes } from "./words.ts";

const file = v.strictObject({ source: sourceSchema, texts: v.string() });

/** A published licence text as the hashes of its words. */
export type KnownWords = {
  readonly ids: readonly string[];
  readonly name: string;
  readonly hashes: Uint16Array;
};

/** Reads knowledge/licence-words.yaml: a line holds ids, hashes and name. */
export function parseLicenceWords(raw: unknown): readonly KnownWords[] {
  return v
    .parse(file, raw)
    .texts.split("\n")
    .flatMap((line) => {
      const [ids = "", packed = "", ...name] = line.split(" ");
      if (ids === "" || packed === "") return [];
      return [{ ids: ids.split(","), name: name.join(" "), hashes: unpackHashes(packed) }];
    });
}
