import { gzipSync } from "node:zlib";

import { buildTar, buildZip, PickleAssembler, torchZip, type ZipSpec } from "@plimsoll/formats/kit";

import { checkCases, type Expected } from "../../../testing/check-cases.ts";
import check from "./archive-views.ts";

const zip = (spec: ZipSpec): Record<string, Uint8Array> => ({ "m.zip": buildZip(spec) });
const fault: Expected = { level: "stop", key: "fault", file: "m.zip" };
const member = (name: string): Expected => ({ ...fault, key: "member", member: name });
const hidden = { data: "x", central: "absent" } as const;
const name = (text: string): Uint8Array => new TextEncoder().encode(text);

checkCases(check, {
  caught: [
    {
      name: "a name that differs between directory and header",
      files: zip({ members: [{ name: "a", data: "x", local: { name: name("b") } }] }),
      finds: [fault, member("a"), member("b")],
    },
    {
      name: "a name that occurs twice",
      files: zip({
        members: [
          { name: "a", data: "x" },
          { name: "a", data: "y" },
        ],
      }),
      finds: [fault, member("a")],
    },
    {
      name: "bytes behind the archive",
      files: zip({ members: [{ name: "a", data: "x" }], trailing: name("more") }),
      finds: [fault],
    },
    {
      name: "a member that no directory lists",
      files: zip({
        members: [
          { name: "a", data: "x" },
          { name: "h", ...hidden },
        ],
      }),
      finds: [fault, member("h")],
    },
    {
      name: "an archive before the archive",
      files: zip({
        members: [{ name: "a", data: "x" }],
        prefix: buildZip({ members: [{ name: "b", data: "y" }] }),
      }),
      finds: [fault, member("b")],
    },
    {
      name: "more hidden members than are told",
      files: zip({
        members: [
          { name: "a", data: "x" },
          ...Array.from({ length: 12 }, (_, at) => ({ name: `h${at}`, ...hidden })),
        ],
      }),
      finds: [
        fault,
        ...Array.from({ length: 10 }, (_, at) => member(`h${at}`)),
        { ...fault, key: "more" },
      ],
    },
    {
      name: "an archive of two minds within a compressed one",
      files: {
        "m.tgz": gzipSync(
          buildTar([
            {
              name: "a.zip",
              data: buildZip({ members: [{ name: "a", data: "x", local: { name: name("b") } }] }),
            },
          ]),
        ),
      },
      finds: [
        { ...fault, file: "m.tgz", member: "<gzip>!/a.zip" },
        { ...member("<gzip>!/a.zip!/a"), file: "m.tgz" },
        { ...member("<gzip>!/a.zip!/b"), file: "m.tgz" },
      ],
    },
    {
      name: "a tar archive with a name twice",
      files: {
        "m.tar": buildTar([
          { name: "a", data: "x" },
          { name: "a", data: "y" },
        ]),
      },
      finds: [{ ...fault, file: "m.tar" }],
    },
    {
      name: "another archive behind a tar archive",
      files: {
        "m.tar": Buffer.concat([
          buildTar([{ name: "a.txt", data: "x" }]),
          buildZip({ members: [{ name: "b.txt", data: "y" }] }),
        ]),
      },
      finds: [
        { ...fault, file: "m.tar" },
        { ...fault, file: "m.tar" },
        { ...fault, file: "m.tar" },
      ],
    },
    {
      name: "another archive behind a tar archive that lists the same members at other places",
      files: {
        "m.tar": Buffer.concat([
          buildTar([
            { name: "a.zip", data: buildZip({ members: [{ name: "b.txt", data: "y" }] }) },
          ]),
          buildZip({
            members: [{ name: "b.txt", data: "y" }],
            prefix: new Uint8Array(9),
            shifted: true,
          }),
        ]),
      },
      finds: [
        { ...fault, file: "m.tar" },
        { ...fault, file: "m.tar" },
        { ...fault, file: "m.tar" },
        { ...member("b.txt"), file: "m.tar" },
      ],
    },
  ],
  clean: [
    {
      name: "an archive at the end of a tar archive, where readers of either find the same",
      files: {
        "m.nemo": buildTar([
          { name: "a.txt", data: "x" },
          { name: "w.zip", data: buildZip({ members: [{ name: "b.txt", data: "y" }] }) },
        ]),
      },
    },
    {
      name: "two members",
      files: zip({
        members: [
          { name: "a", data: "x" },
          { name: "b", data: "y", method: 8 },
        ],
      }),
    },
    {
      name: "a PyTorch archive",
      files: {
        "m.pt": torchZip({
          pickle: new PickleAssembler().proto(2).none().stop().bytes(),
          storages: { "0": new Uint8Array(8) },
        }),
      },
    },
    {
      name: "an archive in an archive",
      files: zip({ members: [{ name: "a.zip", data: buildZip({ members: [{ name: "b" }] }) }] }),
    },
    { name: "no archive", files: { "README.md": "# hi" } },
  ],
  hostile: [
    {
      name: "an archive without its end",
      files: { "m.zip": buildZip({ members: [{ name: "a", data: "x" }] }).slice(0, 30) },
      finds: [],
      verdict: "unknown",
    },
  ],
});
