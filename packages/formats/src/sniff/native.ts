import type { Sniffed } from "./types.ts";

/** The oldest class files say version 45; no program has that many architectures. */
const OLDEST_JAVA_VERSION = 45;

/** Programs whose first bytes need a second look. */
export function sniffNative(head: Uint8Array): Sniffed[] {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const found = [pe(view), universal(view)];
  return found.filter((match) => match !== undefined);
}

/** `MZ`, and the offset at 60 that leads to `PE\0\0`; two letters alone begin many texts. */
function pe(view: DataView): Sniffed | undefined {
  if (view.byteLength < 2 || view.getUint16(0) !== 0x4d5a) return undefined;
  const at = view.byteLength >= 64 ? view.getUint32(60, true) : 0;
  const isNamed = at >= 2 && at + 4 <= view.byteLength && view.getUint32(at) === 0x50450000;
  return { format: "pe", confidence: isNamed ? "certain" : "weak", offset: 0 };
}

/** 0xCAFEBABE is a Java class (version follows) and a Mach-O for several processors (count follows). */
function universal(view: DataView): Sniffed | undefined {
  if (view.byteLength < 8) return undefined;
  const magic = view.getUint32(0);
  if (magic !== 0xcafebabe && magic !== 0xcafebabf) return undefined;
  const isJava = magic === 0xcafebabe && view.getUint16(6) >= OLDEST_JAVA_VERSION;
  return { format: isJava ? "java-class" : "macho", confidence: "certain", offset: 0 };
}
