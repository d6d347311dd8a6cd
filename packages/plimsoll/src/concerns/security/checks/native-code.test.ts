import { gzipSync } from "node:zlib";

import { buildTar, buildZip, tinyLlama } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./native-code.ts";

const ELF = Buffer.from("7f454c46020101000000000000000000030003e0010000000000", "hex");
const WASM = Buffer.from("0061736d0100000000000000", "hex");
const found = (file: string, member?: string) => ({
  level: "stop" as const,
  key: "program",
  file,
  ...(member === undefined ? {} : { member }),
});

checkCases(check, {
  caught: [
    { name: "a library", files: { "kernel.so": ELF }, finds: [found("kernel.so")] },
    {
      name: "a library under another name",
      files: { "weights.bin": ELF },
      finds: [found("weights.bin")],
      verdict: "stop",
    },
    { name: "a WebAssembly module", files: { "m.wasm": WASM }, finds: [found("m.wasm")] },
    {
      name: "a library within an archive",
      files: { "m.pt2": buildZip({ members: [{ name: "lib/model.so", data: ELF }] }) },
      finds: [found("m.pt2", "lib/model.so")],
    },
    {
      name: "a library in a compressed archive within an archive",
      files: {
        "m.zip": buildZip({
          members: [{ name: "a.tgz", data: gzipSync(buildTar([{ name: "k.bin", data: ELF }])) }],
        }),
      },
      finds: [found("m.zip", "a.tgz!/<gzip>!/k.bin")],
    },
    {
      name: "a compressed library",
      files: { "weights.bin.gz": gzipSync(ELF) },
      finds: [found("weights.bin.gz", "<gzip>")],
    },
  ],
  clean: [
    {
      name: "a text about it in a compressed archive",
      files: { "a.tgz": gzipSync(buildTar([{ name: "k.txt", data: "ELF and MZ\n" }])) },
    },
    { name: "a model", files: { "m.gguf": tinyLlama(), "README.md": "ELF and MZ\n" } },
    { name: "text that begins with MZ", files: { "a.txt": "MZ is what such files begin with\n" } },
  ],
  hostile: [
    { name: "the mark and nothing else", files: { a: ELF.subarray(0, 4) }, finds: [found("a")] },
    { name: "nothing", files: {}, finds: [] },
  ],
});
