import { checkCases } from "../../../testing/check-cases.ts";
import { spdxText } from "../../../testing/spdx-texts.ts";
import check from "./data-terms.ts";

const card = (front: string): Readonly<Record<string, string>> => ({
  "README.md": `---\n${front}\n---\n`,
});
const closed = (level: "note" | "caution", file = "README.md") => ({ level, key: "closed", file });

checkCases(check, {
  caught: [
    {
      name: "non-commercial data behind an open licence, for the public",
      files: card("license: apache-2.0\ndatasets: [tatsu-lab/alpaca]"),
      setting: { audience: "public" },
      finds: [closed("caution")],
    },
    {
      name: "the same for me",
      files: card("license: apache-2.0\ndatasets: [a/b, Tatsu-Lab/Alpaca]"),
      finds: [closed("note")],
    },
    {
      name: "a licence text for the data",
      files: { ...card("license: mit"), "LICENSE-DATA": spdxText("CC-BY-NC-4.0") },
      finds: [closed("note", "LICENSE-DATA")],
    },
  ],
  clean: [
    {
      name: "a model that is itself non-commercial",
      files: card("license: cc-by-nc-4.0\ndatasets: [tatsu-lab/alpaca]"),
      setting: { audience: "public" },
    },
    {
      name: "data that nobody entered",
      files: card("license: apache-2.0\ndatasets: [mine/alpaca]"),
      setting: { audience: "public" },
    },
    {
      name: "an open text for the data",
      files: { ...card("license: mit\ndatasets: [a/b]"), "LICENSE-DATA": spdxText("CC-BY-4.0") },
      setting: { audience: "public" },
    },
    { name: "no data named", files: card("license: mit"), verdict: "not-applicable" },
    {
      name: "no licence: told elsewhere",
      files: card("datasets: [tatsu-lab/alpaca]"),
      setting: { audience: "public" },
    },
  ],
  hostile: [
    {
      name: "numbers and maps as data",
      files: card("license: mit\ndatasets: [1, {a: b}, null]"),
      finds: [],
    },
    {
      name: "a thousand data sets",
      files: card(`license: mit\ndatasets: [${"tatsu-lab/alpaca, ".repeat(999)}x]`),
      finds: [closed("note")],
    },
  ],
});
