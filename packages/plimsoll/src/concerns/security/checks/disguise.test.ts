import {
  buildTar,
  buildZip,
  PickleAssembler,
  tinyLlama,
  writeSafetensors,
} from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./disguise.ts";

const pickle = new PickleAssembler().proto(2).data(["x"]).stop().bytes();
const zip = buildZip({ members: [{ name: "a", data: "x" }] });
const found = (file: string) => ({ level: "stop" as const, key: "disguised", file });

checkCases(check, {
  caught: [
    {
      name: "a pickle called safetensors",
      files: { "m.safetensors": pickle },
      finds: [found("m.safetensors")],
    },
    { name: "an archive called GGUF", files: { "m.gguf": zip }, finds: [found("m.gguf")] },
    {
      name: "a script called safetensors",
      files: { "m.safetensors": "#!/bin/sh\ntrue\n" },
      finds: [found("m.safetensors")],
    },
    { name: "an archive called a picture", files: { "a.png": zip }, finds: [found("a.png")] },
    {
      name: "a pickle called JSON",
      files: { "config.json": pickle },
      finds: [found("config.json")],
    },
    {
      name: "a pickle called safetensors within an archive",
      files: { "m.tar": buildTar([{ name: "a/m.safetensors", data: pickle }]) },
      finds: [{ ...found("m.tar"), member: "a/m.safetensors" }],
    },
  ],
  clean: [
    {
      name: "a pickle called so within an archive",
      files: { "m.tar": buildTar([{ name: "a/m.pkl", data: pickle }]) },
    },
    {
      name: "safetensors called so",
      files: {
        "m.safetensors": writeSafetensors({ tensors: [{ name: "a", dtype: "F32", shape: [1] }] }),
      },
    },
    { name: "GGUF called so", files: { "m.gguf": tinyLlama() } },
    { name: "a pickle called so", files: { "m.pkl": pickle } },
    { name: "an archive called so", files: { "m.zip": zip } },
    { name: "texts", files: { "a.md": "# hi", "b.json": "{}", "c.jinja": "{{ x }}" } },
  ],
  hostile: [
    { name: "nothing in it", files: { "m.safetensors": "" }, finds: [] },
    {
      name: "bytes of no kind",
      files: { "m.safetensors": Buffer.from("f1f2f3f4", "hex") },
      finds: [],
    },
  ],
});
