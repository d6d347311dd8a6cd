/**
 * True when the last of `digits` is the Luhn check digit of those before it.
 *
 * Every single wrong digit is caught, and every swap of neighbours but 09 and 90.
 * @param digits ASCII digits only
 * @see ISO/IEC 7812-1, annex B
 */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 0x30;
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return digits.length > 1 && sum % 10 === 0;
}

/**
 * True when an IBAN has its country's length and its check digits fit.
 *
 * The first four characters go to the end, letters become 10 to 35, and the number leaves 1 when divided
 * by 97. Every single wrong character of the same kind is caught.
 * @param iban capital letters and digits, without spaces
 * @param lengths characters of an IBAN by country
 * @see ISO 13616-1 and ISO/IEC 7064 (mod 97-10)
 */
export function isIban(iban: string, lengths: ReadonlyMap<string, number>): boolean {
  if (lengths.get(iban.slice(0, 2)) !== iban.length) return false;
  const check = Number(iban.slice(2, 4));
  // 00, 01 and 99 leave the same remainder as 97, 98 and 02, but are never given out.
  if (!(check >= 2 && check <= 98)) return false;
  let remainder = 0;
  for (let index = 0; index < iban.length; index += 1) {
    const value = Number.parseInt(iban.charAt((index + 4) % iban.length), 36);
    if (Number.isNaN(value)) return false;
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/**
 * True for nine digits that can be a United States social security number: no area, group or serial that
 * is never assigned.
 * @see https://ssa.gov/employer/randomizationfaqs.html, read 2026-11-25
 */
export function isAssignableSsn(digits: string): boolean {
  const area = digits.slice(0, 3);
  return (
    digits.length === 9 &&
    area !== "000" &&
    area !== "666" &&
    area < "900" &&
    digits.slice(3, 5) !== "00" &&
    digits.slice(5) !== "0000"
  );
}
