/** The bytes of base64 in its one spelling (RFC 4648, section 3.5); undefined for any other, so that no character is free. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}
