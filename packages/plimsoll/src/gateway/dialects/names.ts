import type { Fields } from "./fields.ts";

/** Characters of the id of a call. It reaches the model's template, and is no place for a text (CWE-770). */
export const CALL_ID_MAX = 128;

/** Reads the id of a call: a name of one word, since no guard looks at it. */
export function readCallId(fields: Fields, name: string): string {
  const id = fields.needed(name);
  if (id !== "" && (id.length > CALL_ID_MAX || !/^[\w.:|-]+$/u.test(id))) {
    const sentence = `must be at most ${CALL_ID_MAX} letters, digits, or any of _ - . : |`;
    fields.problem(name, sentence);
  }
  return id;
}

/** Reads how hard to think: one word. */
export function readEffort(fields: Fields, name: string): string | undefined {
  const effort = fields.text(name);
  if (effort !== undefined && !/^[a-z]{1,16}$/u.test(effort)) {
    fields.problem(name, "must be one word, like low or high");
  }
  return effort;
}

/** Forms of images that engines read. SVG is none of them: it is a text. */
const IMAGE_HEAD = /^data:image\/(?:png|jpe?g|gif|webp|bmp|tiff?|avif|hei[cf]);base64,/u;

/** The longest of those beginnings. */
const IMAGE_HEAD_CHARS = 32;

/**
 * True for an image that is in the request itself. The engine would fetch any other address, from within (CWE-918).
 * No guard looks at an image: so that none passes for one that is none, its form is a known one and its data base64.
 */
export function isDataImage(url: string): boolean {
  const [head] = IMAGE_HEAD.exec(url.slice(0, IMAGE_HEAD_CHARS)) ?? [];
  return head !== undefined && !/[^A-Za-z0-9+/=\r\n]/u.test(url.slice(head.length));
}

const DETAILS: ReadonlySet<string> = new Set(["auto", "low", "high", "original"]);

/** Reads how closely to look at an image. */
export function readDetail(fields: Fields | undefined): string | undefined {
  const detail = fields?.text("detail");
  if (detail !== undefined && !DETAILS.has(detail)) {
    fields?.problem("detail", "must be auto, low, high or original");
  }
  return detail;
}
