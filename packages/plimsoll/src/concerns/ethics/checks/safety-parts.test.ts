import { tinyLlama } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./safety-parts.ts";

const index = (fields: object) => ({ "model_index.json": JSON.stringify(fields) });
const removed = (level: "note" | "caution") => ({
  level,
  key: "removed",
  member: "safety_checker",
});
const TAKEN_OUT = { safety_checker: [null, null] };

checkCases(check, {
  caught: [
    { name: "taken out, for one person", files: index(TAKEN_OUT), finds: [removed("note")] },
    {
      name: "taken out, for the public",
      files: index({ ...TAKEN_OUT, requires_safety_checker: true }),
      setting: { audience: "public" },
      finds: [removed("caution")],
    },
    {
      name: "a checker",
      files: index({ safety_checker: ["stable_diffusion", "StableDiffusionSafetyChecker"] }),
      finds: [{ level: "note", key: "checker", member: "safety_checker" }],
    },
    {
      name: "banned words",
      files: { "generation_config.json": '{"bad_words_ids":[[1],[2,3]]}' },
      finds: [{ level: "note", key: "banned", member: "bad_words_ids" }],
    },
    {
      name: "a guard that the card names",
      files: { "README.md": "# M\nUse it with **Llama Guard**." },
      finds: [{ level: "note", key: "companion", file: "README.md" }],
    },
  ],
  clean: [
    {
      name: "weights alone",
      files: { "m.gguf": tinyLlama() },
      finds: [],
      verdict: "not-applicable",
    },
    {
      name: "a language model's settings",
      files: {
        "config.json": "{}",
        "generation_config.json": '{"suppress_tokens":[1,2],"bad_words_ids":null}',
        "README.md": "# M\nThe guard of the castle.",
      },
      setting: { audience: "public" },
      finds: [],
    },
    {
      name: "a pipeline that never had one",
      files: index({ ...TAKEN_OUT, requires_safety_checker: false }),
      setting: { audience: "public" },
      finds: [],
    },
    {
      name: "a pipeline of another kind",
      files: index({ unet: ["diffusers", "UNet2DConditionModel"], scheduler: [null, null] }),
      setting: { audience: "public" },
      finds: [],
    },
  ],
  hostile: [
    {
      name: "fields of other types",
      files: {
        ...index({ safety_checker: { a: 1 }, image_safety_checker: [1, 2, 3] }),
        "generation_config.json": '{"bad_words_ids":{"a":1}}',
      },
      finds: [],
      verdict: "clear",
    },
    {
      name: "an index that is none",
      files: { "model_index.json": "[[[" },
      finds: [],
      verdict: "unknown",
    },
  ],
});
