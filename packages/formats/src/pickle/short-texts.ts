import { latin1 } from "./text.ts";

/** Bytes of a text that is remembered: names of modules, keys, devices. */
const LONGEST = 64;

/** Texts remembered at a time, a power of two: a newer one takes the place of an older one. */
const PLACES = 512;

/**
 * Short ASCII texts of one artifact, each as one string: a checkpoint says `cpu` and `torch.FloatStorage` for every
 * tensor, and comparing bytes costs a tenth of decoding them again.
 */
export class ShortTexts {
  readonly #texts: string[] = Array<string>(PLACES).fill("");

  /** The text of the bytes from `from` to `to`; undefined for a long one, and for one that is not ASCII. */
  read(window: Uint8Array, from: number, to: number): string | undefined {
    if (to - from > LONGEST) return undefined;
    let hash = to - from;
    for (let at = from; at < to; at += 1) {
      const byte = window[at] ?? 0;
      if (byte > 0x7f) return undefined;
      hash = Math.imul(hash ^ byte, 0x01_00_01_93);
    }
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    const known = this.#texts[place] ?? "";
    if (isSame(known, window, from, to)) return known;
    const text = latin1(window, from, to);
    this.#texts[place] = text;
    return text;
  }
}

function isSame(text: string, window: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at - from) !== window[at]) return false;
  return true;
}
