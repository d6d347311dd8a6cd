/** Reads text: UTF-16 by its byte-order mark, else UTF-8 with every wrong byte shown as U+FFFD. Reading for people and patterns, never for parsing. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}
