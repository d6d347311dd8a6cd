import { expect, test } from "vitest";

import { tomlLicence } from "./toml-licence.ts";

test.each([
  ['[project]\nname = "x"\nlicense = "MIT OR Apache-2.0"', "MIT OR Apache-2.0"],
  ["[project]\nlicense = {text = 'MIT'}", "MIT"],
  ['[tool.poetry]\nlicense="MIT" # yes', "MIT"],
  ['[project]\nlicense = {file = "LICENSE"}', undefined],
  ['[tool.other]\nlicense = "MIT"', undefined],
  ['[project]\nlicense-files = ["LICENSE"]', undefined],
  ["", undefined],
  [`[project]\nlicense = "${"a".repeat(300_000)}"`, undefined],
])("%j says %s", (text, licence) => {
  expect(tomlLicence(text)).toBe(licence);
});
