/** Parts of one file that are identified one by one; real files hold two or three texts (CWE-400). */
const PARTS_MAX = 16;

/** Characters that a ruled line is made of. */
const RULE = /^[ \t]{0,20}(?:={5,}|-{5,}|\*{5,}|_{5,}|#{5,})[ \t]{0,20}$/u;

/** The parts of a licence file that ruled lines or page breaks set apart; empty for a file of one part. */
export function textParts(text: string): readonly string[] {
  const parts: string[][] = [[]];
  for (const line of text.replaceAll("\f", "\n-----\n").split("\n")) {
    if (RULE.test(line.replace(/\r$/u, ""))) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  const texts = parts.map((lines) => lines.join("\n")).filter((part) => part.trim() !== "");
  return texts.length < 2 || texts.length > PARTS_MAX ? [] : texts;
}
