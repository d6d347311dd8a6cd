import type { Part } from "../../../engine/turn.ts";
import type { Fields } from "../fields.ts";
import { isDataImage } from "../names.ts";

/** Reads an image that is in the request itself; one that would have to be fetched is refused (CWE-918). */
export function readImage(block: Fields): Part {
  const source = block.fields("source");
  if (source === undefined) {
    if (!block.has("source")) block.problem("source", "must be given");
    return { kind: "image", url: "" };
  }
  if (source.needed("type") !== "base64") {
    source.problem("type", "must be base64: nothing is fetched");
    return { kind: "image", url: "" };
  }
  const url = `data:${source.needed("media_type")};base64,${source.needed("data")}`;
  if (!isDataImage(url)) source.problem("media_type", "must be one of an image, like image/png");
  return { kind: "image", url };
}
