import { pair, tinyLlama, writeGguf } from "@plimsoll/formats/kit";

import { checkCases, type CheckCase } from "../../../testing/check-cases.ts";
import check from "./audience.ts";

const front = (fields: string, body = "# M") => ({ "README.md": `---\n${fields}\n---\n${body}` });
const adult = (level: "note" | "caution" | "stop", member = "tags") => ({
  level,
  key: "adult",
  member,
});
const unfiltered = (level: "note" | "caution", member = "tags") => ({
  level,
  key: "unfiltered",
  member,
});

const clean = (name: string, files: CheckCase["files"]): CheckCase => ({
  name,
  files,
  setting: { audience: "public", appetite: "refuse" },
  finds: [],
});

checkCases(check, {
  caught: [
    {
      name: "the hub's tag, for one person",
      files: front("tags: [not-for-all-audiences]"),
      finds: [adult("note")],
    },
    {
      name: "the same for a team",
      files: front("tags: [not-for-all-audiences]"),
      setting: { audience: "team", appetite: "refuse" },
      finds: [adult("caution")],
    },
    {
      name: "the same for the public",
      files: front("tags: [not-for-all-audiences]"),
      setting: { audience: "public" },
      finds: [adult("caution")],
    },
    {
      name: "the same for the public that refuses doubt",
      files: front("tags: [not-for-all-audiences]"),
      setting: { audience: "public", appetite: "refuse" },
      finds: [adult("stop")],
    },
    {
      name: "a name that says that nothing is refused",
      files: {
        "README.md": "# Org/M-7B_Uncensored-v2",
        "config.json": '{"_name_or_path":"a/M.abliterated"}',
      },
      setting: { audience: "public", appetite: "refuse" },
      finds: [unfiltered("caution", "title"), unfiltered("caution", "_name_or_path")],
    },
    {
      name: "a header's name",
      files: {
        "m.gguf": writeGguf({
          metadata: [pair("general.name", "string", "M 7B NSFW")],
          tensors: [],
        }),
      },
      finds: [adult("note", "general.name")],
    },
    {
      name: "in other languages",
      files: front('tags: ["无审查", "成人向け", "unzensiert", "без цензуры"]'),
      finds: [unfiltered("note"), adult("note"), unfiltered("note"), unfiltered("note")],
    },
    {
      name: "a word that holds a no",
      files: front("tags: [no-refusals]"),
      finds: [unfiltered("note")],
    },
  ],
  clean: [
    clean("weights alone", { "m.gguf": tinyLlama() }),
    clean("nothing that has a name", { "x.bin": new Uint8Array(8) }),
    clean("a detector by its task", front("tags: [nsfw]\npipeline_tag: image-classification")),
    clean("a detector by its name", {
      ...front("tags: [nsfw-detection, anti-nsfw]", "# nsfw_image_detection"),
      "config.json": '{"_name_or_path":"org/uncensored-text-classifier"}',
    }),
    clean(
      "words within words",
      front("tags: [nsfwave, censored, adult, pornotron]", "# Uncensoredness"),
    ),
    clean("what it was made from", front("base_model: org/m-uncensored\ndatasets: [org/nsfw]")),
    clean("running text", front("tags: [chat]", "# M\nUnlike uncensored models it refuses NSFW.")),
  ],
  hostile: [
    {
      name: "a hundred thousand tags",
      files: front(`tags: [${"nsfw, ".repeat(20_000)}]`),
      finds: [adult("note")],
    },
    {
      name: "a name of a megabyte",
      files: {
        "README.md": `# ${"-nsfw".repeat(50)}`,
        "config.json": `{"_name_or_path":"${"nsfw-no-".repeat(100_000)}"}`,
      },
      finds: [adult("note", "title")],
    },
    {
      name: "fields of other types",
      files: { ...front("tags: {nsfw: 1}\npipeline_tag: [1]"), "config.json": "[]" },
      finds: [],
      verdict: "clear",
    },
    {
      name: "front matter that cannot be read",
      files: { "README.md": "---\na: [\n---\n# M" },
      finds: [],
      verdict: "unknown",
    },
  ],
});
