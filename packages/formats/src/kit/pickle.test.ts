import { expect, test } from "vitest";

import { OPCODES } from "../pickle/opcodes.ts";
import { readPickleBytes } from "./pickle-read.ts";
import { showValue } from "./pickle-show.ts";
import { assemblePickle } from "./pickle-text.ts";
import { PickleAssembler } from "./pickle.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("there is a method for every opcode", () => {
  const methods = new Set(
    Object.getOwnPropertyNames(Object.getPrototypeOf(PickleAssembler.prototype)),
  );
  const missing = OPCODES.filter(({ name }) => {
    const words = name.toLowerCase().split("_");
    const rest = words.slice(1).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
    return !methods.has([words[0], ...rest].join(""));
  });
  expect(missing).toEqual([]);
});

test("methods and text give the same bytes", () => {
  const text =
    "PROTO 2\nGLOBAL a b\n# skipped\n\nBININT -1\nBINBYTES claims:9 hex:00ff\nFRAME 0x10\nRAW hex:fe";
  const assembler = new PickleAssembler()
    .proto(2)
    .global("a", "b")
    .binint(-1)
    .binbytes(Uint8Array.of(0, 255), { claims: 9 })
    .frame(16)
    .raw("\xfe");
  expect(hex(assemblePickle(text))).toBe(hex(assembler.bytes()));
  expect(() => assemblePickle("NO_SUCH")).toThrow(RangeError);
});

test("plain data", () => {
  const data = [
    null,
    true,
    -1,
    300,
    1.5,
    2n ** 70n,
    "é",
    Uint8Array.of(1),
    new Map([["k", [false]]]),
  ];
  const bytes = new PickleAssembler().proto(3).data(data).stop().bytes();
  const root = readPickleBytes(bytes).value.streams[0]?.root;
  expect(root && showValue(root)).toBe(
    '(None, True, -1, 300, 1.5f, 1180591620717411303424, "é", bytes:01, {"k": (False)})',
  );
});

test("a tensor", () => {
  const bytes = new PickleAssembler()
    .proto(2)
    .torchTensor({ key: "0", shape: [2, 3] })
    .stop()
    .bytes();
  const root = readPickleBytes(bytes).value.streams[0]?.root;
  expect(root && showValue(root)).toBe(
    'torch._utils._rebuild_tensor_v2(<persid ("storage", torch.FloatStorage, "0", "cpu", 6)>, 0, (2, 3), (3, 1), False, collections.OrderedDict())',
  );
});
