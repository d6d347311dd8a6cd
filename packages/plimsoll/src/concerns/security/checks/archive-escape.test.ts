import { gzipSync } from "node:zlib";

import { buildTar, buildZip } from "@plimsoll/formats/kit";

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

type TarSpec = Parameters<typeof buildTar>[0];

const tar = (name: string, key: string, ...members: TarSpec) => ({
  name,
  files: { "m.tar": buildTar(members) },
  finds: [{ level: "stop" as const, key, file: "m.tar", member: String(members.at(-1)?.name) }],
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
    {
      name: "a name in an archive within a compressed one",
      files: {
        "m.tgz": gzipSync(
          buildTar([{ name: "a.zip", data: buildZip({ members: [{ name: "../x" }] }) }]),
        ),
      },
      finds: [{ level: "stop", key: "name", file: "m.tgz", member: "<gzip>!/a.zip!/../x" }],
    },
    tar("a name in a tar archive", "name", { name: "../x", data: "x" }),
    tar("a link to elsewhere", "tar-link", { name: "a", type: "2", linkTarget: "../b" }),
    tar("a hard link to elsewhere", "tar-link", {
      name: "a",
      type: "1",
      linkTarget: "/etc/passwd",
    }),
    tar("a device", "device", { name: "a", type: "3" }),
    tar("a pipe", "device", { name: "a", type: "6" }),
    tar(
      "a file behind a link",
      "through",
      { name: "a", type: "2", linkTarget: "b" },
      { name: "a/x", data: "x" },
    ),
    tar(
      "a link that steps up behind another",
      "through",
      { name: "d/e/up", type: "2", linkTarget: "../.." },
      { name: "out", type: "2", linkTarget: "d/e/up/../x" },
    ),
    tar(
      "a hard link to what a link leads to",
      "through",
      { name: "a", type: "2", linkTarget: "b" },
      { name: "c", type: "1", linkTarget: "a" },
    ),
  ],
  clean: [
    {
      name: "links that stay",
      files: {
        "m.tar": buildTar([
          { name: "d/f", data: "x" },
          { name: "d/e/up", type: "2", linkTarget: "../f" },
          { name: "same", type: "2", linkTarget: "d" },
          { name: "more", type: "2", linkTarget: "same/f" },
          { name: "hard", type: "1", linkTarget: "d/f" },
          { name: "samey/x", data: "x" },
        ]),
      },
    },
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
