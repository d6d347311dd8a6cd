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

/** True for an image that is in the request itself. The engine would fetch any other address, from within (CWE-918). */
export function isDataImage(url: string): boolean {
  return /^data:image\/[a-z0-9.+-]{1,40};base64,/u.test(url.slice(0, 80));
}

/** Reads how closely to look at an image. */
export function readDetail(fields: Fields | undefined): string | undefined {
  const detail = fields?.text("detail");
  if (detail !== undefined && !/^[a-z]{1,16}$/u.test(detail)) {
    fields?.problem("detail", "must be auto, low or high");
  }
  return detail;
}
