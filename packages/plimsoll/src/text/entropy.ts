/**
 * Shannon entropy of a text's own characters, in bits a character: 0 for one repeated character, 4 at most
 * for hexadecimal digits, 6 at most for base64.
 *
 * A short text cannot reach its alphabet's entropy: n characters give log2(n) bits at most.
 * @see C. E. Shannon, "A Mathematical Theory of Communication", 1948, section 6
 */
export function shannonEntropy(text: string): number {
  const counts = new Map<number, number>();
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}
