import { gzipSync } from "node:zlib";

import {
  buildTar,
  buildZip,
  LLAMA_PIECES,
  PickleAssembler,
  tinyLlama,
  torchZip,
  writeCharsmap,
  writeNpy,
  writeSafetensors,
  writeSentencePiece,
} from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./coverage.ts";

const safetensors = writeSafetensors({ tensors: [{ name: "a", dtype: "F32", shape: [2] }] });
const torch = torchZip({
  pickle: new PickleAssembler()
    .proto(2)
    .torchTensor({ key: "0", shape: [2] })
    .stop()
    .bytes(),
  storages: { "0": new Uint8Array(8) },
});
const config = (value: object): Record<string, string> => ({
  "config.json": JSON.stringify(value),
});
const names = (member: string) => ({
  level: "caution" as const,
  key: "names-code",
  file: "config.json",
  member,
});
const pieces = writeSentencePiece({ pieces: [...LLAMA_PIECES, "▁ship"] });
const bentTable = writeSentencePiece({
  pieces: LLAMA_PIECES,
  normalizer: [{ number: 2, bytes: writeCharsmap(new Map([[0, 0x100 << 10]])) }],
});
const ranked = "IQ== 0\nIg== 1\n";
const unknown = { finds: [], verdict: "unknown" as const };

checkCases(check, {
  caught: [
    {
      name: "auto_map",
      files: {
        ...config({ auto_map: { AutoModel: "modeling_x.XModel" } }),
        "m.safetensors": safetensors,
      },
      finds: [names("auto_map")],
      verdict: "unknown",
    },
    {
      name: "auto_map of a nested configuration",
      files: config({ text_config: { auto_map: "org/repo--mod.Class" } }),
      finds: [names("text_config.auto_map")],
      verdict: "unknown",
    },
    {
      name: "a kernel from a hub",
      files: config({ attn_implementation: "someone/kernel" }),
      finds: [names("attn_implementation")],
      verdict: "unknown",
    },
    {
      name: "trust granted by a configuration",
      files: config({ trust_remote_code: true }),
      finds: [names("trust_remote_code")],
      verdict: "unknown",
    },
    {
      name: "a module of sentence-transformers from elsewhere",
      files: { "modules.json": JSON.stringify([{ idx: 0, type: "custom.Module" }]) },
      finds: [{ level: "caution", key: "names-code", file: "modules.json" }],
      verdict: "unknown",
    },
    {
      name: "kernels for parts of a model",
      files: config({ attn_implementation: { text_config: "someone/kernel" } }),
      finds: [names("attn_implementation")],
      verdict: "unknown",
    },
    {
      name: "trust granted by a number",
      files: config({ model_args: { trust_remote_code: 1 } }),
      finds: [names("model_args.trust_remote_code")],
      verdict: "unknown",
    },
    {
      name: "a Keras object",
      files: config({ class_name: "Lambda", config: { function: {} } }),
      finds: [names("class_name")],
      verdict: "unknown",
    },
    {
      name: "a function of any module",
      files: config({ activation_function: "os.abort" }),
      finds: [names("activation_function")],
      verdict: "unknown",
    },
    {
      name: "a part of a pipeline from a module of its own",
      files: { "model_index.json": JSON.stringify({ unet: ["my_module", "Unet"] }) },
      finds: [{ level: "caution", key: "names-code", file: "model_index.json", member: "unet" }],
      verdict: "unknown",
    },
    {
      name: "auto_map within an archive",
      files: {
        "m.zip": buildZip({
          members: [{ name: "a/config.json", data: '{"auto_map":{"AutoModel":"x.Y"}}' }],
        }),
      },
      finds: [{ level: "caution", key: "names-code", file: "m.zip", member: "a/config.json" }],
      verdict: "unknown",
    },
    {
      name: "a Keras object within an archive in a compressed tar",
      files: {
        "m.tgz": gzipSync(
          buildTar([
            {
              name: "m.keras",
              data: buildZip({
                members: [{ name: "config.json", data: '{"class_name":"Lambda","config":{}}' }],
              }),
            },
          ]),
        ),
      },
      finds: [
        {
          level: "caution",
          key: "names-code",
          file: "m.tgz",
          member: "<gzip>!/m.keras!/config.json",
        },
      ],
      verdict: "unknown",
    },
  ],
  clean: [
    {
      name: "SentencePiece, by any name",
      files: { "tokenizer.model.v3": pieces, "a.spm": pieces },
    },
    { name: "a list of ranks by any name", files: { "original/tokenizer.model": ranked } },
    {
      name: "configurations within archives, of plain values",
      files: {
        "m.zip": buildZip({ members: [{ name: "config.json", data: '{"architectures":["X"]}' }] }),
        "m.nemo": buildTar([{ name: "model_config.yaml", data: "a: 1\n" }]),
      },
    },
    {
      name: "arrays",
      files: {
        "a.npy": writeNpy({}),
        "b.npz": buildZip({ members: [{ name: "arr_0.npy", data: writeNpy({}), method: 8 }] }),
      },
    },
    {
      name: "texts, weights and pictures in containers of every kind",
      files: {
        "a.txt.gz": gzipSync("words"),
        "m.tar": buildTar([
          { name: "m.safetensors", data: safetensors },
          { name: "m.pt", data: torch },
        ]),
        "d.zip": buildZip({
          members: [{ name: "e.zip", data: buildZip({ members: [{ name: "a.md", data: "x" }] }) }],
        }),
        "x.txt": "x^2 begins as zlib data do",
      },
    },
    {
      name: "one attention of the engine for each part",
      files: config({ attn_implementation: { text_config: "sdpa" } }),
    },
    { name: "trust refused by a number", files: config({ model_args: { trust_remote_code: 0 } }) },
    { name: "a class by name alone", files: config({ class_name: "Lambda" }) },
    {
      name: "an activation of PyTorch",
      files: config({ activation_function: "torch.nn.modules.activation.Tanh" }),
    },
    { name: "an activation by name", files: config({ activation_function: "gelu_new" }) },
    {
      name: "a pipeline of the library's own parts",
      files: {
        "model_index.json": JSON.stringify({
          _class_name: "StableDiffusionPipeline",
          unet: ["diffusers", "UNet2DConditionModel"],
          scheduler: [null, null],
        }),
      },
    },
    {
      name: "an index of shards beside it",
      files: {
        "a.safetensors.index.json": JSON.stringify({
          weight_map: { a: "a-00001-of-00001.safetensors" },
        }),
      },
    },
    {
      name: "YAML with exclamations in its words",
      files: { "a.yaml": 'a: "Stop!now"\nb: !!str 1\nc: what!\n' },
    },
    {
      name: "a plain configuration",
      files: { ...config({ architectures: ["LlamaForCausalLM"] }), "m.safetensors": safetensors },
    },
    { name: "an empty auto_map is none", files: config({ auto_map: null }) },
    { name: "an attention of the engine itself", files: config({ attn_implementation: "sdpa" }) },
    { name: "trust refused", files: config({ trust_remote_code: false }) },
    {
      name: "a module of sentence-transformers itself",
      files: { "modules.json": JSON.stringify([{ type: "sentence_transformers.models.Pooling" }]) },
    },
    { name: "a GGUF file", files: { "m.gguf": tinyLlama() } },
    { name: "a PyTorch archive", files: { "m.pt": torch } },
    {
      name: "texts and pictures",
      files: {
        "README.md": "# hi",
        "a.png": Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
      },
    },
    { name: "YAML of plain values", files: { "a.yaml": "a: 1\n" } },
    { name: "a long text", files: { "m.txt": "words ".repeat(2000) } },
    { name: "an empty file", files: { "a.bin": "", "b.txt": "x" } },
  ],
  hostile: [
    {
      name: "SentencePiece with bytes that it does not define",
      files: {
        "tokenizer.model": Buffer.concat([pieces, Buffer.from("\u00ca\u0012\u0001x", "latin1")]),
      },
      ...unknown,
    },
    {
      name: "SentencePiece whose table of replacements leads out of it",
      files: { "tokenizer.model": bentTable },
      ...unknown,
    },
    {
      name: "SentencePiece cut short",
      files: { "tokenizer.model": pieces.subarray(0, 50) },
      ...unknown,
    },
    {
      name: "SentencePiece with a zip archive behind it",
      files: {
        "tokenizer.model": Buffer.concat([
          pieces,
          buildZip({ members: [{ name: "run.py", data: "x" }] }),
        ]),
      },
      ...unknown,
    },
    {
      name: "a list of ranks with a strange line",
      files: { "tokenizer.model": `${ranked}os.system\n` },
      ...unknown,
    },
    { name: "a list of ranks called code", files: { "tokenizer.py": ranked }, ...unknown },
    {
      name: "YAML under a tag of its own",
      files: { "a.yaml": "%TAG ! tag:yaml.org,2002:python/\n---\n!object/apply:os.times []\n" },
      ...unknown,
    },
    {
      name: "YAML with a tag of a library",
      files: { "hyperparams.yaml": "a: !new:torch.nn.Linear\n" },
      ...unknown,
    },
    {
      name: "YAML that names a target",
      files: { "a.yaml": "model:\n  target: ldm.models.Autoencoder\n" },
      ...unknown,
    },
    {
      name: "a script of a language nobody listed",
      files: { "start.fish": "echo hi\n" },
      ...unknown,
    },
    {
      name: "packages for one kind of machine",
      files: { "requirements-gpu.txt": "torch\n" },
      ...unknown,
    },
    {
      name: "an index of shards elsewhere",
      files: { "a.bin.index.json": JSON.stringify({ weight_map: { a: "../../b.bin" } }) },
      ...unknown,
    },
    {
      name: "a key that occurs twice",
      files: { "config.json": '{"auto_map":{"a":"x.Y"},"auto_map":null}' },
      ...unknown,
    },
    {
      name: "a configuration within an archive that is not JSON",
      files: { "m.keras": buildZip({ members: [{ name: "config.json", data: "{" }] }) },
      ...unknown,
    },
    {
      name: "a key that occurs twice within an archive",
      files: { "m.zip": buildZip({ members: [{ name: "a.json", data: '{"a":1,"a":2}' }] }) },
      ...unknown,
    },
    {
      name: "a chat template within an archive",
      files: {
        "m.zip": buildZip({
          members: [{ name: "tokenizer_config.json", data: '{"chat_\\u0074emplate":"{{ x }}"}' }],
        }),
      },
      ...unknown,
    },
    {
      name: "YAML that builds objects within an archive",
      files: { "m.nemo": buildTar([{ name: "a.yaml", data: "a: !!python/name:os.abort\n" }]) },
      ...unknown,
    },
    {
      name: "an archive that nobody opens, within one",
      files: {
        "m.tar": buildTar([{ name: "a.7z", data: Buffer.from("377abcaf271c0004", "hex") }]),
      },
      ...unknown,
    },
    {
      name: "compressed data that end early",
      files: { "a.txt.gz": gzipSync("words").subarray(0, 20) },
      ...unknown,
    },
    {
      name: "bytes behind compressed data",
      files: { "a.txt.gz": Buffer.concat([gzipSync("words"), Buffer.from("more")]) },
      ...unknown,
    },
    {
      name: "an array without its elements",
      files: { "a.npy": writeNpy({ data: new Uint8Array(4) }) },
      ...unknown,
    },
    {
      name: "an archive behind a picture",
      files: {
        "m.keras": Buffer.concat([
          Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
          buildZip({ members: [{ name: "a.txt", data: "x" }] }),
        ]),
      },
      ...unknown,
    },
    {
      name: "a folder called data that is not PyTorch's",
      files: {
        "w.npz": torchZip({
          root: "x",
          pickle: new PickleAssembler().proto(2).none().stop().bytes(),
          storages: { "0": Buffer.from("934e554d50590100", "hex") },
        }),
      },
      ...unknown,
    },
    { name: "code", files: { "modeling_x.py": "x = 1\n" }, ...unknown },
    { name: "a script without an ending", files: { run: "#!/bin/sh\ntrue\n" }, ...unknown },
    { name: "packages to install", files: { "requirements.txt": "torch\n" }, ...unknown },
    {
      name: "YAML that builds objects",
      files: { "a.yaml": "a: !!python/object/apply:os.times []\n" },
      ...unknown,
    },
    {
      name: "native code under an innocent name",
      files: { "notes.txt": Buffer.from("7f454c4602010100000000000000000002003e00", "hex") },
      ...unknown,
    },
    {
      name: "a format without a reader",
      files: { "m.h5": Buffer.from("894844460d0a1a0a0000000000080800", "hex") },
      ...unknown,
    },
    {
      name: "bytes of no known kind",
      files: { blob: Buffer.from("f1f2f3f400010203", "hex") },
      ...unknown,
    },
    {
      name: "code within a PyTorch archive",
      files: {
        "m.pt": torchZip({
          pickle: new PickleAssembler().proto(2).none().stop().bytes(),
          members: [{ name: "archive/code/m.py", data: "x = 1" }],
        }),
      },
      ...unknown,
    },
    {
      name: "an archive behind a text",
      files: {
        "m.keras": Buffer.concat([
          Buffer.from("words ".repeat(1000)),
          buildZip({ members: [{ name: "a", data: "x" }] }),
        ]),
      },
      ...unknown,
    },
    {
      name: "a pointer instead of the file",
      files: {
        "m.bin": `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 5\n`,
      },
      ...unknown,
    },
    { name: "a configuration that is not JSON", files: { "config.json": "{" }, ...unknown },
    { name: "nothing at all", files: {}, ...unknown },
  ],
});
