import { buildZip } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./archive-escape.ts";

const zip = (...names: string[]): Record<string, Uint8Array> => ({
  "m.zip": buildZip({ members: names.map((name) => ({ name, data: "x" })) }),
});
const caught = (name: string) => ({
  name,
  files: zip(name),
  finds: [{ level: "stop" as const, key: "name", file: "m.zip", member: name }],
  verdict: "stop" as const,
});

checkCases(check, {
  caught: [
    caught("../start.sh"),
    caught("a/../../b"),
    caught("/etc/cron.d/x"),
    caught("C:/x"),
    caught("a\\..\\b"),
    {
      name: "a name that only the header before the member tells",
      files: {
        "m.zip": buildZip({
          members: [{ name: "a", data: "x", local: { name: "../a", nameLength: 4 } }],
        }),
      },
      finds: [{ level: "stop", key: "name", file: "m.zip", member: "../a" }],
      verdict: "stop",
    },
    {
      name: "a name that no directory lists",
      files: {
        "m.zip": buildZip({
          members: [
            { name: "a", data: "x" },
            { name: "/etc/a", data: "x", central: "absent" },
          ],
        }),
      },
      finds: [{ level: "stop", key: "name", file: "m.zip", member: "/etc/a" }],
      verdict: "stop",
    },
    {
      name: "a link",
      files: {
        "m.zip": buildZip({
          members: [
            {
              name: "a",
              data: "/etc/passwd",
              central: { madeBy: 0x031e, attributes: 0xa1ff0000 },
            },
          ],
        }),
      },
      finds: [{ level: "stop", key: "link", file: "m.zip", member: "a" }],
      verdict: "stop",
    },
  ],
  clean: [
    { name: "names that only look like it", files: zip("..a", "a..b", "a/b..", "c.d/e") },
    { name: "no archive", files: { "README.md": "# hi" } },
  ],
  hostile: [
    {
      name: "an archive without its end",
      files: { "m.zip": buildZip({ members: [{ name: "../a", data: "x" }] }).slice(0, 30) },
      finds: [],
      verdict: "unknown",
    },
  ],
});
