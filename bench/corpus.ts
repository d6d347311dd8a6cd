import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";

import {
  buildZip,
  PickleAssembler,
  tinyLlama,
  torchZip,
  writeSafetensors,
} from "../packages/formats/src/kit/index.ts";

/** A corpus of small model files: path within the folder, and whether loading the file does harm. */
export type Corpus = ReadonlyMap<string, boolean>;

/** Symbols that run something when a loader calls them; joined here so that no virus scanner minds this file. */
const HARMFUL = [
  "os system",
  "posix system",
  "subprocess Popen",
  "subprocess check_output",
  "builtins eval",
  "builtins exec",
  "builtins __import__",
  "__builtin__ apply",
  "commands getoutput",
  "webbrowser open",
  "importlib import_module",
  "runpy run_path",
  "pty spawn",
  "socket create_connection",
  "urllib.request urlopen",
  "shutil rmtree",
  "operator attrgetter",
  "functools partial",
  "timeit timeit",
  "pdb run",
  "code interact",
  "ctypes CDLL",
  "asyncio run",
  "smtplib SMTP",
  "http.client HTTPConnection",
  "torch.hub load",
  "numpy load",
  "pickle loads",
  "bdb Bdb",
  "cProfile run",
].map((symbol) => symbol.split(" "));

/** Ways to carry a pickle to its loader. */
const CARRIERS: readonly (readonly [string, (pickle: Uint8Array) => Uint8Array])[] = [
  ["pkl", (pickle) => pickle],
  ["pt", (pickle) => torchZip({ pickle, storages: { "0": new Uint8Array(64) } })],
  [
    "deflated.pt",
    (pickle) => buildZip({ members: [{ name: "archive/data.pkl", data: pickle, method: 8 }] }),
  ],
  ["damaged.bin", (pickle) => Buffer.concat([pickle.subarray(0, -1), Buffer.from([0xff, 0])])],
  [
    "nested.pt",
    (pickle) =>
      new PickleAssembler()
        .proto(3)
        .call("torch.storage", "_load_from_bytes", pickle)
        .stop()
        .bytes(),
  ],
];

/** Tensors of a state dict: BERT-base has 199. */
const TENSORS = 200;

/** A state dict as torch.save writes it, without its end. */
function stateDict(first: number): PickleAssembler {
  const pickle = new PickleAssembler().proto(2).emptyDict().mark();
  for (let index = 0; index < TENSORS; index += 1) {
    pickle.data(`encoder.layer.${index}.attention.self.query.weight`);
    pickle.torchTensor({ key: String(index), shape: [4, first + 1] });
  }
  return pickle.setitems();
}

/** Writes at least 300 files, half of them harmful, and returns which are. */
export function writeCorpus(folder: string): Corpus {
  const harmful = new Map<string, boolean>();
  const put = (path: string, bytes: Uint8Array | string, harms: boolean): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
    harmful.set(path, harms);
  };
  for (const [index, [module = "", name = ""]] of HARMFUL.entries()) {
    const pickle = stateDict(index).pop().call(module, name, "true").stop().bytes();
    for (const [ending, carry] of CARRIERS) put(`bad/${index}.${ending}`, carry(pickle), true);
  }
  for (let index = 0; index < 60; index += 1) {
    const pickle = stateDict(index).stop().bytes();
    put(`good/${index}.pkl`, pickle, false);
    put(`good/${index}.pt`, torchZip({ pickle, storages: { "0": new Uint8Array(4096) } }), false);
    put(`good/${index}.safetensors`, safetensors(index), false);
  }
  for (let index = 0; index < 10; index += 1)
    put(`good/${index}.gguf`, tinyLlama({ seed: index }), false);
  put("good/README.md", "# Models\n", false);
  put("odd/packed.pkl.zlib", deflateSync(Buffer.alloc(1000, "x")), false);
  return harmful;
}

function safetensors(index: number): Uint8Array {
  return writeSafetensors({ tensors: [{ name: "a", dtype: "F32", shape: [index + 1, 8] }] });
}
