import { tinyLlama } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./reach.ts";

const note = (key: string, file?: string) => ({
  level: "note" as const,
  key,
  ...(file === undefined ? {} : { file }),
});
const none = [note("none", "README.md")];

checkCases(check, {
  caught: [
    {
      name: "links in the card",
      files: {
        "README.md":
          "[issues](https://github.com/org/repo/issues), https://discord.gg/abc. <https://ko-fi.com/someone>",
      },
      finds: [note("tracker", "README.md"), note("chat"), note("funding")],
    },
    {
      name: "a funding file",
      files: { ".github/FUNDING.yml": "github: [ann, ben]\ncustom: https://example.org/give\n" },
      finds: [note("funding", ".github/FUNDING.yml")],
    },
    {
      name: "pages beside a card",
      files: {
        "README.md": "# M",
        "SECURITY.md": "x",
        "CITATION.cff": "x",
        "docs/SUPPORT.md": "x",
      },
      finds: [note("papers")],
    },
    { name: "a card that says nothing of it", files: { "README.md": "# M" }, finds: none },
  ],
  clean: [
    {
      name: "no page at all",
      files: { "m.gguf": tinyLlama() },
      finds: [],
      verdict: "not-applicable",
    },
    {
      name: "links that lead to no such place",
      files: {
        "README.md":
          "https://github.com/org/repo https://github.com/org/issues https://discord.gg/ https://patreon.com",
      },
      finds: none,
    },
    {
      name: "hosts that only look like one",
      files: {
        "README.md": "https://github.com.evil.example/o/r/issues https://a:b@github.com/o/r/issues",
      },
      finds: none,
    },
    {
      name: "an empty funding file",
      files: { "README.md": "# M", "FUNDING.yml": "github:\npatreon: # name\n" },
      finds: none,
    },
  ],
  hostile: [
    {
      name: "funding that leads elsewhere",
      files: {
        "FUNDING.yml":
          'github: "a/../../x?y"\ncustom: ["javascript:alert(1)", "https://u:p@host.example", "http://host.example", "https://аpple.example"]\n',
      },
      finds: [note("funding", "FUNDING.yml"), note("refused")],
      verdict: "clear",
    },
    {
      name: "a funding file that is none",
      files: { "FUNDING.yml": "- a\n- b\n", "README.md": "# M" },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a YAML bomb",
      files: {
        "FUNDING.yml": `a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\ngithub: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "a hundred thousand links",
      files: { "README.md": "https://github.com/o/r/issues/1 ".repeat(100_000) },
      finds: [note("tracker")],
    },
  ],
});
