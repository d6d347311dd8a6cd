import { defineCheck } from "../../../kernel/check.ts";
import { bare, dangerousFaults } from "../structure/faults.ts";

export default defineCheck({
  id: "security/gguf-structure",
  code: "PLM-SEC-010",
  title: "A GGUF header contradicts itself",
  why: "Such headers have crashed llama.cpp and led it to write outside its buffers (CVE-2025-49847, CVE-2026-33298).",
  source: {
    url: "https://github.com/ggml-org/ggml/blob/master/docs/gguf.md",
    read: "2026-11-22",
  },
  basis: "read",
  needs: ["gguf", "packed-weights"],
  limits: [
    "values of tensors are not looked at; whether your engine's version has a known fault is not looked up",
  ],
  page: {
    detects:
      "Every GGUF header, in archives too, is held against all that llama.cpp checks, and what hides from it: unique keys and tensor names, possible dimensions and types, offsets that follow one another with their padding, data that ends within the file.",
    levels: {
      stop: "offsets overlap, leave gaps or leave the file; a key or name occurs twice; a count, dimension or type is impossible.",
      unknown: "the file could not be read to its end.",
    },
    mend: "Do not load the file. Fetch it again and compare its digest with the publisher's; if it is the same, ask the publisher, or take another variant.",
  },
  messages: {
    fault: (a: { kind: string; says: string; count: number }) =>
      `${a.says} (${a.kind}${a.count === 1 ? "" : `, and ${a.count - 1} more like it`})`,
  },
  *run({ gguf, "packed-weights": packed }, _context, finding) {
    const inside = packed.filter(({ format }) => format === "gguf");
    if (gguf.length + inside.length === 0) return "not-applicable";
    for (const { file, member, faults } of [...gguf.map(bare), ...inside]) {
      for (const { code, message, offset, count } of dangerousFaults(faults)) {
        yield finding.stop("fault", { kind: code, says: message, count }, { file, member, offset });
      }
    }
    return undefined;
  },
});
