import { deflateSync, gzipSync } from "node:zlib";

import {
  appendJoblibArray,
  assemblePickle,
  buildTar,
  buildZip,
  PickleAssembler,
  torchZip,
  writeNpy,
} from "@plimsoll/formats/kit";

import { checkCases, type Expected } from "../../../testing/check-cases.ts";
import check from "./pickle-imports.ts";

/** Joined here, so that a virus scanner does not take this test for what it tests. */
const SYSTEM = ["os", "system"].join(" ");

const call = (symbol: string, ...args: string[]): Uint8Array => {
  const [module = "", name = ""] = symbol.split(" ");
  return new PickleAssembler()
    .proto(2)
    .call(module, name, ...args)
    .stop()
    .bytes();
};
const tensor = (): PickleAssembler =>
  new PickleAssembler().proto(2).torchTensor({ key: "0", shape: [2, 2] });
const sink = (file: string, member?: string): Expected => ({
  level: "stop",
  key: "sink",
  file,
  ...(member === undefined ? {} : { member }),
});
const text = (lines: string): Uint8Array => assemblePickle(lines);

const objects = (pickle: Uint8Array): Uint8Array =>
  writeNpy({ descr: "'|O'", shape: "(1,)", data: pickle });
/** A joblib file of protocol 2 with an array of objects, whose pickle takes a module's name from its memo. */
const joblib = (inner: string, first = new PickleAssembler().data("first")): Uint8Array =>
  appendJoblibArray(new PickleAssembler().proto(2).raw(first.bytes()).binput(0), {
    code: "O8",
    isUnframed: true,
    data: text(inner),
  })
    .pop()
    .stop()
    .bytes();
const memoed = (module: string): string =>
  `PROTO 4\nBINUNICODE "${module}"\nMEMOIZE\nPOP\nBINGET 0\nBINUNICODE "dtype"\nSTACK_GLOBAL\nSTOP`;

checkCases(check, {
  caught: [
    {
      name: "objects in an array, bare and in an archive",
      files: {
        "a.npy": objects(call(SYSTEM, "true")),
        "b.npz": buildZip({
          members: [{ name: "arr_0.npy", data: objects(call(SYSTEM, "true")) }],
        }),
      },
      finds: [sink("a.npy", "<objects>"), sink("b.npz", "arr_0.npy!/<objects>")],
    },
    {
      name: "compressed, under a name that says so and one that does not",
      files: {
        "a.joblib": deflateSync(call(SYSTEM, "true")),
        "b.dat": gzipSync(call(SYSTEM, "true")),
      },
      finds: [sink("a.joblib", "<zlib>"), sink("b.dat", "<gzip>")],
    },
    {
      name: "objects of joblib, whose names other readers take from a memo made for that",
      files: { "a.joblib": joblib(memoed("numpy"), new PickleAssembler().data("os")) },
      finds: [sink("a.joblib")],
    },
    {
      name: "PyTorch's archive before zip",
      files: {
        "m.pt": buildTar([
          { name: "sys_info", data: call("collections OrderedDict") },
          { name: "pickle", data: call(SYSTEM, "true") },
        ]),
      },
      finds: [sink("m.pt", "pickle")],
    },
    {
      name: "a member whose name would be two",
      files: {
        "m.zip": buildZip({ members: [{ name: "a!/<gzip>%21", data: call(SYSTEM, "true") }] }),
      },
      finds: [sink("m.zip", "a%21/<gzip>%2521")],
    },
    {
      name: "a call of a shell",
      files: { "model.bin": call(SYSTEM, "true") },
      finds: [sink("model.bin")],
    },
    {
      name: "an import of a sink that is never called",
      files: { "a.pkl": text("PROTO 2\nGLOBAL subprocess Popen\nSTOP") },
      finds: [sink("a.pkl")],
    },
    {
      name: "what ran before the damage counts",
      files: {
        "a.pkl": new PickleAssembler().proto(2).call("os", "system", "true").thenGarbage().bytes(),
      },
      finds: [sink("a.pkl")],
      verdict: "stop",
    },
    {
      name: "Python 2's name of the same module",
      files: { "a.pkl": text("GLOBAL commands getoutput\nSTOP") },
      finds: [sink("a.pkl")],
    },
    {
      name: "a dotted path through a listed package",
      files: {
        "a.pkl": text(
          'PROTO 4\nBINUNICODE "torch"\nBINUNICODE "serialization.os.system"\nSTACK_GLOBAL\nSTOP',
        ),
      },
      finds: [sink("a.pkl")],
    },
    {
      name: "the member of an archive",
      files: { "model.pt": torchZip({ pickle: call(SYSTEM, "true") }) },
      finds: [sink("model.pt", "archive/data.pkl")],
    },
    {
      name: "a deflated member under an innocent name",
      files: {
        "model.zip": buildZip({
          members: [{ name: "notes", data: call(SYSTEM, "true"), method: 8 }],
        }),
      },
      finds: [sink("model.zip", "notes")],
    },
    {
      name: "an archive whose names disagree",
      files: {
        "model.pt": buildZip({
          members: [
            {
              name: "archive/data.pkl",
              data: call(SYSTEM, "true"),
              local: { name: new TextEncoder().encode("archive/data.txt") },
            },
          ],
        }),
      },
      // Told under both names: readers differ in which of them they see.
      finds: [sink("model.pt", "archive/data.pkl"), sink("model.pt", "archive/data.txt")],
      verdict: "stop",
    },
    {
      name: "a member that no directory lists",
      files: {
        "model.pt": buildZip({
          members: [
            { name: "archive/version", data: "3" },
            { name: "archive/x", data: call(SYSTEM, "true"), method: 8, central: "absent" },
          ],
        }),
      },
      finds: [sink("model.pt", "archive/x")],
      verdict: "stop",
    },
    {
      name: "a pickle within a string that a listed symbol loads",
      files: {
        "a.pt": new PickleAssembler()
          .proto(3)
          .call("torch.storage", "_load_from_bytes", call(SYSTEM, "true"))
          .stop()
          .bytes(),
      },
      finds: [sink("a.pt")],
    },
    {
      name: "no pickle by its name, one by its bytes",
      files: { "weights.dat": call(SYSTEM, "true") },
      finds: [sink("weights.dat")],
    },
    {
      name: "a text that is a pickle, under a name of its own",
      files: { "model.sav": text("GLOBAL os system\nMARK\nSTRING 'true'\nTUPLE\nREDUCE\nSTOP") },
      finds: [sink("model.sav")],
    },
    {
      name: "a picture by its first bytes that is a pickle",
      files: {
        "x.npy": Buffer.concat([
          Buffer.from("GIF89a\u0001\u0000\u0001", "latin1"),
          text("POP\nGLOBAL os system\nSTOP"),
        ]),
      },
      finds: [sink("x.npy")],
    },
    {
      name: "a member that PyTorch's own pickle does not ask for",
      files: {
        "w.npz": torchZip({
          root: "x",
          pickle: new PickleAssembler().proto(2).none().stop().bytes(),
          storages: { "model.pkl": call(SYSTEM, "true") },
        }),
      },
      finds: [sink("w.npz", "x/data/model.pkl")],
    },
    {
      name: "the standard library where data belongs",
      files: { "a.pkl": call("textwrap dedent", "x") },
      finds: [
        { level: "caution", key: "unlisted" },
        { level: "stop", key: "standard-call" },
      ],
      verdict: "stop",
    },
    {
      name: "code that lies beside it",
      files: { "a.pkl": call("helper build"), "helper.py": "x = 1\n" },
      finds: [{ level: "stop", key: "shipped-code" }],
    },
    {
      name: "a name that is computed",
      files: {
        "a.pkl": text(
          'PROTO 4\nBINUNICODE "torch"\nGLOBAL collections OrderedDict\nEMPTY_TUPLE\nREDUCE\nSTACK_GLOBAL\nSTOP',
        ),
      },
      finds: [{ level: "stop", key: "computed" }],
    },
    {
      name: "attributes set on a class",
      files: {
        "a.pkl": text(
          'PROTO 2\nGLOBAL collections OrderedDict\nNONE\nEMPTY_DICT\nBINUNICODE "x"\nNONE\nSETITEM\nTUPLE2\nBUILD\nSTOP',
        ),
      },
      finds: [{ level: "stop", key: "alters-code" }],
    },
    {
      name: "a dunder key in the state of an instance",
      files: {
        "a.pkl": text(
          'PROTO 2\nGLOBAL collections OrderedDict\nEMPTY_TUPLE\nREDUCE\nEMPTY_DICT\nBINUNICODE "__class__"\nNONE\nSETITEM\nBUILD\nSTOP',
        ),
      },
      finds: [{ level: "stop", key: "dunder-state" }],
    },
    {
      name: "a symbol nobody reviewed",
      files: { "a.pkl": call("sklearn.dummy DummyClassifier") },
      finds: [{ level: "caution", key: "unlisted" }],
      verdict: "unknown",
    },
    {
      name: "a listed symbol as a path from its package",
      files: {
        "a.pkl": text(
          'PROTO 4\nBINUNICODE "torch"\nBINUNICODE "_utils._rebuild_tensor_v2"\nSTACK_GLOBAL\nSTOP',
        ),
      },
      finds: [{ level: "caution", key: "unlisted" }],
      verdict: "unknown",
    },
  ],
  clean: [
    {
      name: "plain objects in an array, compressed data and PyTorch's archive before zip",
      files: {
        "a.npy": objects(call("collections OrderedDict")),
        "b.joblib": deflateSync(call("collections OrderedDict")),
        "m.pt": buildTar([{ name: "pickle", data: call("collections OrderedDict") }]),
      },
    },
    {
      name: "objects of joblib, whose names other readers take from the wrong memo",
      files: {
        "a.joblib": joblib(memoed("numpy")),
        "b.joblib": joblib(
          memoed("numpy"),
          new PickleAssembler().global("collections", "OrderedDict").data([]).newobj(),
        ),
      },
    },
    {
      name: "a tar archive whose first name begins as an import does",
      files: { "m.tar": buildTar([{ name: "c.txt", data: "words\nmore\n." }]) },
    },
    { name: "a tensor", files: { "model.bin": tensor().stop().bytes() } },
    {
      name: "a PyTorch archive",
      files: {
        "model.pt": torchZip({
          pickle: tensor().stop().bytes(),
          storages: { "0": new Uint8Array(16) },
        }),
      },
    },
    {
      name: "tensor bytes that begin like a pickle",
      files: {
        "model.pt": torchZip({
          pickle: tensor().stop().bytes(),
          storages: { "0": call(SYSTEM, "true") },
        }),
      },
    },
    {
      name: "plain data",
      files: { "a.pkl": new PickleAssembler().proto(4).data(["x", 1, null]).stop().bytes() },
    },
    {
      name: "a module that only sounds like a sink",
      files: { "a.pkl": new PickleAssembler().proto(2).data("os.system").stop().bytes() },
    },
    {
      name: "a pickle of a tensor within a string",
      files: {
        "a.pt": new PickleAssembler()
          .proto(3)
          .call("torch.storage", "_load_from_bytes", tensor().stop().bytes())
          .stop()
          .bytes(),
      },
    },
    {
      name: "plain keys in the state of an instance",
      files: {
        "a.pkl": text(
          'PROTO 2\nGLOBAL collections OrderedDict\nEMPTY_TUPLE\nREDUCE\nEMPTY_DICT\nBINUNICODE "_metadata"\nNONE\nSETITEM\nBUILD\nSTOP',
        ),
      },
    },
    { name: "no pickle at all", files: { "README.md": "import os\nos.system('true')\n" } },
  ],
  hostile: [
    {
      name: "damage before anything ran",
      files: { "a.pkl": new PickleAssembler().proto(2).data("x").thenGarbage().bytes() },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a name of a pickle over other bytes",
      files: { "a.pkl": "hello there" },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a length of 2^62",
      files: { "a.pkl": text("PROTO 4\nBINUNICODE8 claims:0x4000000000000000 \nSTOP") },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "bytes behind the pickle",
      files: { "a.pkl": Buffer.concat([tensor().stop().bytes(), Buffer.from("more")]) },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "an import of an extension code",
      files: { "a.pkl": text("PROTO 2\nEXT1 7\nSTOP") },
      finds: [{ level: "caution", key: "extension" }],
      verdict: "unknown",
    },
    {
      name: "a thousand different names",
      files: {
        "a.pkl": text(
          `PROTO 2\n${Array.from({ length: 1200 }, (_, index) => `GLOBAL nowhere n${index}\nPOP`).join("\n")}\nNONE\nSTOP`,
        ),
      },
      verdict: "unknown",
    },
  ],
});
