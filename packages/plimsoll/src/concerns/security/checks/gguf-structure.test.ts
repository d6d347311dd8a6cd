import {
  buildZip,
  pair,
  tinyLlama,
  tinyLlamaPlan,
  writeGguf,
  type GgufPlan,
} from "@plimsoll/formats/kit";

import { checkCases, type Expected } from "../../../testing/check-cases.ts";
import check from "./gguf-structure.ts";

const plan = tinyLlamaPlan();
const [first, ...rest] = plan.tensors;
const changed = (change: Partial<GgufPlan>): Record<string, Uint8Array> => ({
  "m.gguf": writeGguf({ ...plan, ...change }),
});
const fault: Expected = { level: "stop", key: "fault", file: "m.gguf" };

checkCases(check, {
  caught: [
    {
      name: "a key that occurs twice",
      files: changed({ metadata: [...plan.metadata, pair("general.name", "string", "again")] }),
      finds: [fault],
    },
    {
      name: "a tensor that begins one block early",
      files: changed({
        tensors:
          first === undefined
            ? []
            : [
                first,
                ...rest.map((tensor, index) => (index === 0 ? { ...tensor, offset: 32 } : tensor)),
              ],
      }),
      finds: [fault, fault],
      verdict: "stop",
    },
    {
      name: "a key that occurs twice, within an archive",
      files: {
        "m.zip": buildZip({
          members: [
            {
              name: "m.gguf",
              data: writeGguf({
                ...plan,
                metadata: [...plan.metadata, pair("general.name", "string", "again")],
              }),
              method: 8,
            },
          ],
        }),
      },
      finds: [{ ...fault, file: "m.zip", member: "m.gguf" }],
    },
  ],
  clean: [
    {
      name: "a tiny model within an archive",
      files: { "m.zip": buildZip({ members: [{ name: "m.gguf", data: tinyLlama() }] }) },
    },
    { name: "a tiny model", files: { "m.gguf": tinyLlama() } },
    { name: "no such file", files: { "README.md": "# hi" } },
  ],
  hostile: [
    {
      name: "a file that ends early is incomplete, not hostile",
      files: { "m.gguf": tinyLlama().subarray(0, 2000) },
      finds: [],
      verdict: "unknown",
    },
    { name: "no GGUF at all", files: { "m.gguf": "GGU" }, finds: [], verdict: "unknown" },
  ],
});
