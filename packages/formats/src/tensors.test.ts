import { expect, test } from "vitest";

import { runSync } from "./core/driver.ts";
import { readGguf } from "./gguf/parse.ts";
import { pair, writeGguf } from "./kit/gguf.ts";
import { writeSafetensors } from "./kit/safetensors.ts";
import { readSafetensors } from "./safetensors/parse.ts";
import { memorySource } from "./source/memory.ts";
import { ggufTensors, isPlaced, safetensorsTensors } from "./tensors.ts";

const data = Uint8Array.from({ length: 24 }, (_, index) => index + 1);

test("both formats tell the same tensor the same way, and the place where its bytes are", () => {
  const gguf = writeGguf({
    metadata: [],
    tensors: [{ name: "w", type: "F32", dims: [3, 2], data }],
  });
  const safe = writeSafetensors({ tensors: [{ name: "w", dtype: "F32", shape: [2, 3], data }] });
  const refs = [
    ...ggufTensors("f", runSync(readGguf(gguf.length), memorySource(gguf)).value),
    ...safetensorsTensors("f", runSync(readSafetensors(safe.length), memorySource(safe)).value),
  ];
  expect(refs).toMatchObject([
    { name: "w", type: "F32", shape: [2, 3], file: "f", bytes: 24 },
    { name: "w", type: "F32", shape: [2, 3], file: "f", bytes: 24 },
  ]);
  const stored = [gguf, safe].map((bytes, index) => {
    const ref = refs[index];
    if (ref === undefined || !isPlaced(ref)) throw new TypeError("no place");
    return bytes.slice(ref.offset, ref.offset + ref.bytes);
  });
  expect(stored).toEqual([data, data]);
});

test("a tensor of unknown type or after a broken header has no place", () => {
  const tensors = [{ name: "w", type: "F32", dims: [3], typeId: 77 }];
  const unknown = writeGguf({ metadata: [pair("k", "u8", 1)], tensors });
  const whole = runSync(readGguf(unknown.length), memorySource(unknown)).value;
  expect(ggufTensors("f", whole)).toMatchObject([{ type: "type 77", bytes: "unknown" }]);
  const more = writeGguf({ metadata: [], tensors, tensorCount: 9 });
  const cut = runSync(readGguf(more.length), memorySource(more)).value;
  const [ref] = ggufTensors("f", cut);
  expect([ref?.name, ref?.offset, ref !== undefined && isPlaced(ref)]).toEqual([
    "w",
    "unknown",
    false,
  ]);
});
