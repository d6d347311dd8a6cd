import { buildTar, writeSafetensors, type SafetensorsPlan } from "@plimsoll/formats/kit";

import { checkCases, type Expected } from "../../../testing/check-cases.ts";
import check from "./safetensors-structure.ts";

const file = (plan: SafetensorsPlan): Record<string, Uint8Array> => ({
  "m.safetensors": writeSafetensors(plan),
});
const tensor = (name: string, offsets?: readonly number[]) => ({
  name,
  dtype: "F32",
  shape: [2],
  ...(offsets === undefined ? {} : { offsets }),
});
const fault: Expected = { level: "stop", key: "fault", file: "m.safetensors" };

const tarred = (plan: SafetensorsPlan): Record<string, Uint8Array> => ({
  "m.tar": buildTar([{ name: "m.safetensors", data: writeSafetensors(plan) }]),
});

checkCases(check, {
  caught: [
    {
      name: "a hole between tensors, within an archive",
      files: tarred({ tensors: [tensor("a"), tensor("b", [12, 20])] }),
      finds: [{ ...fault, file: "m.tar", member: "m.safetensors" }],
    },
    {
      name: "tensors that overlap",
      files: file({ tensors: [tensor("a"), tensor("b", [4, 12])] }),
      finds: [fault, fault],
    },
    {
      name: "a hole between tensors",
      files: file({ tensors: [tensor("a"), tensor("b", [12, 20])] }),
      finds: [fault],
    },
    {
      name: "a key that occurs twice",
      files: file({
        tensors: [tensor("a")],
        header:
          '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
      }),
      finds: [fault],
    },
    {
      name: "bytes behind the last tensor",
      files: file({ tensors: [tensor("a")], trailing: new Uint8Array(8) }),
      finds: [fault],
    },
  ],
  clean: [
    {
      name: "contiguous tensors within an archive",
      files: tarred({ tensors: [tensor("a"), tensor("b")] }),
    },
    { name: "tensors in a row", files: file({ tensors: [tensor("a"), tensor("b")] }) },
    { name: "no tensors", files: file({ tensors: [] }) },
    { name: "no such file", files: { "README.md": "# hi" } },
  ],
  hostile: [
    { name: "no header", files: { "m.safetensors": "x" }, finds: [], verdict: "unknown" },
    {
      name: "a header of 2^62 bytes",
      files: file({ tensors: [], headerLength: 2n ** 62n }),
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a file that ends early is incomplete, not hostile",
      files: { "m.safetensors": writeSafetensors({ tensors: [tensor("a")] }).slice(0, -4) },
      finds: [],
      verdict: "unknown",
    },
  ],
});
