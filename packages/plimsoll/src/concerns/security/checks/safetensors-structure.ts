import { defineCheck } from "../../../kernel/check.ts";
import { bare, dangerousFaults } from "../structure/faults.ts";

export default defineCheck({
  id: "security/safetensors-structure",
  code: "PLM-SEC-009",
  title: "A safetensors header contradicts itself",
  why: "Readers that trust such a header read outside their buffers, or disagree about what the tensors are.",
  source: {
    url: "https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs",
    read: "2026-11-22",
  },
  basis: "read",
  needs: ["safetensors", "packed-weights"],
  limits: ["values of tensors are not looked at"],
  page: {
    detects:
      "Every safetensors header, in archives too, is held against the rules of the reference reader: tensors contiguous from 0, sizes that follow from shape and type, no repeated key or name, the last tensor ending at the end of the file.",
    levels: {
      stop: "offsets overlap, leave gaps or leave the file; a key or name occurs twice; a field is impossible.",
      unknown: "the file could not be read to its end.",
    },
    mend: "Do not load the file. Fetch it again and compare its digest with the publisher's; if it is the same, ask the publisher, or take another variant.",
  },
  messages: {
    fault: (a: { kind: string; says: string; count: number }) =>
      `${a.says} (${a.kind}${a.count === 1 ? "" : `, and ${a.count - 1} more like it`})`,
  },
  *run({ safetensors, "packed-weights": packed }, _context, finding) {
    const inside = packed.filter(({ format }) => format === "safetensors");
    if (safetensors.length + inside.length === 0) return "not-applicable";
    for (const { file, member, faults } of [...safetensors.map(bare), ...inside]) {
      for (const { code, message, offset, count } of dangerousFaults(faults)) {
        yield finding.stop("fault", { kind: code, says: message, count }, { file, member, offset });
      }
    }
    return undefined;
  },
});
