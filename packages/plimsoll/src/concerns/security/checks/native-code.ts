import type { SniffFormat } from "@plimsoll/formats";

import { defineCheck } from "../../../kernel/check.ts";

/** Formats whose bytes a processor or virtual machine runs, with what people call them. */
const NATIVE: ReadonlyMap<SniffFormat, string> = new Map([
  ["elf", "a program or library for Linux (ELF)"],
  ["pe", "a program or library for Windows (PE)"],
  ["macho", "a program or library for macOS (Mach-O)"],
  ["ape", "a program for several systems at once"],
  ["wasm", "a WebAssembly module"],
  ["java-class", "a Java class"],
]);

export default defineCheck({
  id: "security/native-code",
  code: "PLM-SEC-008",
  title: "A file is a program",
  why: "Weights are numbers: a program among them runs with all rights of whoever loads or starts it.",
  source: { url: "https://cwe.mitre.org/data/definitions/829.html", read: "2026-11-25" },
  basis: "read",
  needs: ["kinds", "members"],
  limits: [
    "programs in encrypted data, in 7z and RAR archives, and within more than 8 containers are not seen",
  ],
  page: {
    detects:
      "The first bytes of every file, archive member and decompressed content, at any depth: ELF, PE, Mach-O, WebAssembly, Java classes, and programs for several systems at once (as llamafile makes them), whatever the name says.",
    levels: { stop: "a file or member is a program, or carries the mark of one." },
    mend: "Leave the file out, and use the weights with an engine that you installed yourself.",
  },
  messages: {
    program: (a: { what: string }) => `this is ${a.what}, not weights`,
  },
  *run({ kinds, members }, _context, finding) {
    const places = [
      ...kinds.map(({ file, formats }) => ({ at: { file: file.path }, formats })),
      ...members.map(({ file, member, formats }) => ({ at: { file, member }, formats })),
    ];
    for (const { at, formats } of places) {
      const format = formats.find((one) => NATIVE.has(one.format) && one.confidence !== "weak");
      const what = format === undefined ? undefined : NATIVE.get(format.format);
      if (what !== undefined) yield finding.stop("program", { what }, { ...at, offset: 0 });
    }
  },
});
