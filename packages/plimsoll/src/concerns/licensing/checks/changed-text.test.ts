import { checkCases } from "../../../testing/check-cases.ts";
import { spdxText } from "../../../testing/spdx-texts.ts";
import check from "./changed-text.ts";

const MIT = spdxText("MIT");
const APACHE = spdxText("Apache-2.0");

const changed = (level: "note" | "caution" = "caution", file = "LICENSE") => ({
  level,
  key: "changed",
  file,
});

checkCases(check, {
  caught: [
    {
      name: "a dropped not",
      files: { LICENSE: APACHE.replace("does not grant", "does grant") },
      finds: [changed()],
      verdict: "unknown",
    },
    {
      name: "a sentence at the end of MIT",
      files: { LICENSE: `${MIT}\n\nThe Software shall be used for Good, not Evil.` },
      finds: [changed()],
      verdict: "unknown",
    },
    {
      name: "a term within a copyright line",
      files: {
        LICENSE: MIT.replace(/Copyright.*/u, "Copyright (c) 2026 Acme. Not for commercial use."),
      },
      finds: [changed()],
      verdict: "unknown",
    },
    {
      name: "a paragraph left out",
      files: { LICENSE: APACHE.replace(/3\. Grant of Patent License[^]*?4\. Redis/u, "4. Redis") },
      finds: [changed()],
      verdict: "unknown",
    },
  ],
  clean: [
    { name: "the published text", files: { LICENSE: APACHE } },
    {
      name: "the published text, wrapped and quoted otherwise",
      files: { LICENSE: APACHE.replaceAll('"', "”").replaceAll(/ (?=the )/gu, "\n") },
    },
    {
      name: "a text of one's own, near to none",
      files: { LICENSE: "You may use this model for anything that is kind. ".repeat(40) },
    },
    {
      name: "a changed text that licenses a part",
      files: { "code/LICENSE": APACHE.replace("does not grant", "does grant") },
      finds: [changed("note", "code/LICENSE")],
    },
    {
      name: "two published texts in one file",
      files: { LICENSE: `${MIT}\n\n==========\n\n${APACHE}` },
      finds: [{ level: "note", key: "several", file: "LICENSE" }],
    },
    { name: "no licence file", files: { "README.md": "# x" }, verdict: "not-applicable" },
  ],
  hostile: [
    {
      name: "a megabyte of one word",
      files: { LICENSE: "the ".repeat(250_000) },
      finds: [],
    },
    {
      name: "a published text, a hundred times over",
      files: { LICENSE: `${MIT}\n`.repeat(100) },
      finds: [],
    },
    {
      name: "every word of a published text, backwards",
      files: { LICENSE: APACHE.split(/\s+/u).toReversed().join(" ") },
      finds: [],
    },
    {
      name: "two texts, one of them changed",
      files: { LICENSE: `${MIT}\n=====\n${APACHE.replace("does not", "does")}` },
      finds: [changed()],
      verdict: "unknown",
    },
  ],
});
