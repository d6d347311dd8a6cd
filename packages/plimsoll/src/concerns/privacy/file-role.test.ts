import { expect, test } from "vitest";

import { fileRole } from "./file-role.ts";

test.each([
  ["README.md", "page"],
  ["LICENSE", "page"],
  ["docs/NOTICE.txt", "page"],
  ["CITATION.cff", "page"],
  ["requirements.txt", "code"],
  ["modeling_x.py", "code"],
  ["conf/train.yaml", "code"],
  ["train.ipynb", "code"],
  ["trainer_state.json", "log"],
  ["checkpoint-5/train.log", "log"],
  ["runs/a/notes.txt", "log"],
  ["runs.txt", "data"],
  ["logs", "data"],
  ["train.jsonl", "data"],
  ["data/people.csv", "data"],
  ["config.json", "data"],
  ["license_plates.csv", "data"],
  ["dump", "data"],
  [".env", "data"],
] as const)("%s is %s", (path, role) => expect(fileRole(path)).toBe(role));
