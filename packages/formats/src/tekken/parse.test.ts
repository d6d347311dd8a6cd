import { expect, test } from "vitest";

import { parseJson } from "../json/parse.ts";
import { readTekken } from "./parse.ts";

const read = (value: unknown) => readTekken(parseJson(JSON.stringify(value)).value);
const config = { default_vocab_size: 12, default_num_special_tokens: 10, version: "v3" };
const vocab = [
  { rank: 0, token_bytes: "AA==", token_str: "\0" },
  { rank: 1, token_bytes: "AQ==", token_str: null },
  { rank: 2, token_bytes: "Ag==", token_str: null },
];

test("numbers begin after the special tokens, and end at the stated size", () => {
  const { value, faults } = read({ config, vocab });
  expect([...value.ids]).toEqual([
    ["AA==", 10],
    ["AQ==", 11],
  ]);
  expect(value).toMatchObject({ version: "v3", size: 12, specialCount: 10 });
  expect(faults).toEqual([]);
});

test("a size beyond the tokens is cut to them", () => {
  const sized = (size: number) => read({ config: { ...config, default_vocab_size: size }, vocab });
  expect(sized(13).value.size).toBe(13);
  expect(sized(1e15).value.size).toBe(13);
  const many = { ...config, default_num_special_tokens: 4_194_305 };
  expect(() => read({ config: many, vocab })).toThrow("no configuration");
});

test("special tokens are those of the file, else those of an old version", () => {
  const named = [{ rank: 2, token_str: "</s>", is_control: false }];
  expect(read({ config, vocab, special_tokens: named }).value.special).toEqual([
    { id: 2, text: "</s>", isControl: false },
  ]);
  expect(read({ config, vocab }).value.special[3]).toEqual({
    id: 3,
    text: "[INST]",
    isControl: true,
  });
  expect(read({ config: { ...config, version: "v11" }, vocab }).value.special).toEqual([]);
});

test("what is wrong is told", () => {
  const twice = [...vocab, { rank: 1, token_bytes: "AA==" }, { rank: "1" }];
  const { faults } = read({ config, vocab: twice, special_tokens: [{ rank: 0 }] });
  expect(faults.map(({ code }) => code)).toEqual(["duplicate", "bad-field", "bad-field"]);
});

test("another JSON is none", () => {
  for (const value of [{}, [], { config }, { vocab }, { config: {}, vocab }, "tekken"]) {
    expect(() => read(value)).toThrow("no configuration");
  }
});
