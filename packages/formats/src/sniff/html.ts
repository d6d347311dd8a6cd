/** White space, a byte order mark, comments and declarations may stand before the first element. */
const BEFORE = /^(?:\uFEFF|\s|<!--[\s\S]*?-->|<\?xml[\s\S]*?\?>)+/i;
const PAGE = /^<(?:!doctype\s+html|html)(?=[\s>/])/i;

/**
 * True when a file begins as an HTML page: a login or error page saved under a model's name.
 * @see https://html.spec.whatwg.org/multipage/syntax.html#writing
 */
export function isHtml(head: Uint8Array): boolean {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(head);
  return PAGE.test(text.replace(BEFORE, ""));
}
