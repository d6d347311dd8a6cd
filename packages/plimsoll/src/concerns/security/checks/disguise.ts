import type { SniffFormat } from "@plimsoll/formats";

import { defineCheck } from "../../../kernel/check.ts";

/** Endings that promise bytes without code, and the formats that keep the promise. */
const PROMISES: readonly (readonly [RegExp, readonly SniffFormat[]])[] = [
  [/\.safetensors$/u, ["safetensors"]],
  [/\.gguf$/u, ["gguf", "ggml-old"]],
  [
    /\.(?:txt|md|csv|tsv|jsonl?|ya?ml|toml|jinja2?)$/u,
    ["text", "json", "html", "utf-16", "script"],
  ],
  [/\.(?:png|jpe?g|gif|webp)$/u, ["png", "jpeg", "gif", "webp"]],
];

/** Formats that run something when a loader, a shell or a person opens them. */
const RUNS: ReadonlyMap<SniffFormat, string> = new Map([
  ["pickle", "a pickle, which runs code when it is loaded"],
  ["zip", "a zip archive, as PyTorch writes its pickles"],
  ["elf", "a program"],
  ["pe", "a program"],
  ["macho", "a program"],
  ["ape", "a program"],
  ["wasm", "a WebAssembly module"],
  ["java-class", "a Java class"],
  ["script", "a script"],
]);

export default defineCheck({
  id: "security/disguise",
  code: "PLM-SEC-007",
  title: "A file that promises plain data is something that runs",
  why: "Loaders and people choose by the name, and some loaders then go by the bytes.",
  source: { url: "https://cwe.mitre.org/data/definitions/646.html", read: "2026-11-25" },
  basis: "read",
  needs: ["kinds", "members"],
  limits: ["only the beginning of a file is compared with its name"],
  page: {
    detects:
      "Files, and members of archives, whose names promise data (weights in safetensors or GGUF, texts, configurations, pictures) and whose first bytes are those of a pickle, an archive, a program or a script.",
    levels: { stop: "the bytes are surely of a format that runs." },
    mend: "Do not open the file. Fetch it again and compare its digest with the publisher's.",
  },
  messages: {
    disguised: (a: { name: string; what: string }) => `${a.name} is ${a.what}`,
  },
  *run({ kinds, members }, _context, finding) {
    const all = [
      ...kinds.map(({ file, formats }) => ({ at: { file: file.path }, base: file.base, formats })),
      ...members.map(({ file, member, base, formats }) => ({
        at: { file, member },
        base,
        formats,
      })),
    ];
    for (const { at, base, formats } of all) {
      const promised = PROMISES.find(([ending]) => ending.test(base))?.[1];
      const [surest] = formats;
      if (promised === undefined || surest === undefined) continue;
      if (formats.some((one) => promised.includes(one.format))) continue;
      const what = surest.confidence === "weak" ? undefined : RUNS.get(surest.format);
      if (what === undefined) continue;
      yield finding.stop("disguised", { name: base.slice(0, 120), what }, { ...at, offset: 0 });
    }
  },
});
