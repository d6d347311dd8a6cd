import { assemblePickle, PickleAssembler, torchZip } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./pickle-exhaust.ts";

const text = (lines: string): Uint8Array => assemblePickle(`${lines}\nSTOP`);
const GIB = 2 ** 30;
type Data = Parameters<PickleAssembler["data"]>[0];

const call = (symbol: string, ...args: readonly Data[]): Uint8Array => {
  const dot = symbol.lastIndexOf(".");
  return new PickleAssembler()
    .proto(4)
    .call(symbol.slice(0, dot), symbol.slice(dot + 1), ...args)
    .stop()
    .bytes();
};
const array = (...shape: number[]): Uint8Array =>
  new PickleAssembler()
    .proto(4)
    .global("numpy.core.multiarray", "_reconstruct")
    .mark()
    .global("numpy", "ndarray")
    .data(shape)
    .data(Uint8Array.of(0x62))
    .tuple()
    .reduce()
    .stop()
    .bytes();
const tensor = (shape: number[], elements: number, offset = 0): Uint8Array =>
  torchZip({
    pickle: new PickleAssembler()
      .proto(2)
      .torchTensor({ key: "0", shape, elements, offset })
      .stop()
      .bytes(),
    storages: { "0": new Uint8Array(64) },
  });
const listed = (range: string): Uint8Array =>
  text(`PROTO 4\nGLOBAL builtins list\nGLOBAL builtins range\n${range}\nREDUCE\nTUPLE1\nREDUCE`);

/** A tuple of two of a tuple of two, so many times: 2^levels values. */
const doubled = (levels: number, opcode = "TUPLE2"): string => {
  const first = opcode === "TUPLE2" ? "EMPTY_TUPLE" : "EMPTY_LIST";
  const level = (at: number): string =>
    opcode === "TUPLE2"
      ? `BINGET ${at}\nBINGET ${at}\nTUPLE2\nBINPUT ${at + 1}`
      : `MARK\nBINGET ${at}\nBINGET ${at}\nLIST\nBINPUT ${at + 1}`;
  const steps = Array.from({ length: levels }, (_, at) => level(at));
  return ["PROTO 2", first, "BINPUT 0", ...steps].join("\n");
};
const asKey = (levels: number): Uint8Array =>
  text(`${doubled(levels)}\nEMPTY_DICT\nBINGET ${levels}\nNONE\nSETITEM`);
const nested = (levels: number): Uint8Array =>
  text(`PROTO 2\nEMPTY_DICT\nEMPTY_TUPLE\n${"TUPLE1\n".repeat(levels)}NONE\nSETITEM`);

const claims = [{ level: "stop", key: "claims" }] as const;
const hashes = [{ level: "stop", key: "hashes" }] as const;

checkCases(check, {
  caught: [
    {
      name: "bytes by a count",
      files: { "a.pkl": call("builtins.bytearray", GIB) },
      finds: [{ ...claims[0], file: "a.pkl" }],
    },
    { name: "an array with a shape", files: { "a.pkl": array(GIB / 2, 2) }, finds: claims },
    {
      name: "a tensor of a size",
      files: { "a.pkl": call("torch.zeros", [32_768, 32_768]) },
      finds: claims,
    },
    {
      name: "a tensor of sizes one by one",
      files: { "a.pkl": call("torch.zeros", 32_768, 32_768) },
      finds: claims,
    },
    {
      name: "a range that is walked",
      files: { "a.pkl": listed(`LONG ${GIB}L\nTUPLE1`) },
      finds: claims,
    },
    {
      name: "a text that is repeated",
      files: { "a.pkl": call("operator.mul", "ab", GIB / 2) },
      finds: claims,
    },
    { name: "a power", files: { "a.pkl": call("builtins.pow", 2, GIB) }, finds: claims },
    {
      name: "a number too long to load",
      files: {
        "a.pkl": text(`GLOBAL builtins bytearray\nINT 1${"0".repeat(4_400)}\nTUPLE1\nREDUCE`),
      },
      finds: claims,
    },
    {
      name: "a tensor one element beyond its storage",
      files: { "model.pt": tensor([4, 4], 15) },
      finds: [{ level: "caution", key: "beyond-storage", member: "archive/data.pkl" }],
    },
    {
      name: "a tensor that begins too late",
      files: { "model.pt": tensor([4, 4], 16, 1) },
      finds: [{ level: "caution", key: "beyond-storage" }],
    },
    { name: "a key that doubles", files: { "a.pkl": asKey(24) }, finds: hashes },
    {
      name: "an item of a set that doubles",
      files: {
        "a.pkl": text(
          `${doubled(24).replace("PROTO 2", "PROTO 4")}\nEMPTY_SET\nMARK\nBINGET 24\nADDITEMS`,
        ),
      },
      finds: hashes,
    },
    {
      name: "an item of a frozenset that doubles",
      files: {
        "a.pkl": text(`${doubled(24).replace("PROTO 2", "PROTO 4")}\nMARK\nBINGET 24\nFROZENSET`),
      },
      finds: hashes,
    },
    { name: "a key too deep to be hashed", files: { "a.pkl": nested(10_000) }, finds: hashes },
    {
      name: "lists that double",
      files: { "a.pkl": text(doubled(30, "LIST")) },
      finds: [{ level: "caution", key: "expands" }],
    },
    {
      name: "data that doubles within what a call is given",
      files: {
        "a.pkl": text(`${doubled(30, "LIST")}\nGLOBAL x y\nBINGET 30\nTUPLE1\nREDUCE`),
      },
      finds: [{ level: "caution", key: "expands" }],
    },
  ],
  clean: [
    {
      name: "bytes just below the limit",
      files: { "a.pkl": call("builtins.bytearray", GIB - 1) },
    },
    { name: "an array as numpy writes it", files: { "a.pkl": array(0) } },
    { name: "a small tensor", files: { "a.pkl": call("torch.zeros", [32_768, 32_767]) } },
    { name: "a range that is not walked", files: { "a.pkl": call("builtins.range", 0, GIB, 1) } },
    {
      name: "a range that is walked in large steps",
      files: { "a.pkl": listed(`INT 0\nLONG ${GIB}L\nINT 1000\nTUPLE3`) },
    },
    {
      name: "a text repeated less often",
      files: { "a.pkl": call("operator.mul", "ab", GIB / 2 - 1) },
    },
    { name: "a tensor to the end of its storage", files: { "model.pt": tensor([4, 4], 16) } },
    { name: "a view behind another", files: { "model.pt": tensor([4, 4], 32, 16) } },
    { name: "a tensor of nothing", files: { "model.pt": tensor([0, 4], 0) } },
    { name: "a key of eight million values", files: { "a.pkl": asKey(22) } },
    { name: "a key as deep as may be", files: { "a.pkl": nested(9_990) } },
    { name: "lists of half as much", files: { "a.pkl": text(doubled(28, "LIST")) } },
    { name: "no pickle", files: { "a.txt": "words" } },
  ],
  hostile: [
    {
      name: "a list that holds itself",
      files: { "a.pkl": text("EMPTY_LIST\nBINPUT 0\nBINGET 0\nAPPEND") },
      verdict: "clear",
    },
    {
      name: "a dict whose key holds itself by way of a list",
      files: {
        "a.pkl": text(
          "EMPTY_LIST\nBINPUT 0\nTUPLE1\nBINPUT 1\nPOP\nEMPTY_DICT\nBINGET 1\nNONE\nSETITEM",
        ),
      },
      verdict: "clear",
    },
    {
      name: "sizes that are no numbers",
      files: { "a.pkl": call("torch.zeros", ["many"], null) },
      verdict: "clear",
    },
    {
      name: "a negative shape",
      files: { "a.pkl": array(-1, GIB) },
      verdict: "clear",
    },
    {
      name: "one list in ten thousand others, each of which is walked once",
      files: {
        "a.pkl": text(
          `EMPTY_LIST\nMARK\n${"NONE\n".repeat(5_000)}LIST\nBINPUT 0\nMARK\n${"BINGET 0\nTUPLE1\n".repeat(10_000)}LIST`,
        ),
      },
      verdict: "clear",
    },
  ],
});
