import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import {
  BYTE_PIECES,
  LLAMA_PIECES,
  tinyLlama,
  writeCharsmap,
  writeSentencePiece,
} from "@plimsoll/formats/kit";
import { describe, expect, test } from "vitest";

import { EVIDENCE } from "../../generated/evidence.ts";
import { openEvidence } from "../../kernel/evidence-store.ts";
import type { System } from "../../machine/system.ts";
import { resolveReference } from "../reference.ts";
import { takeSnapshot } from "../snapshot.ts";

const SYSTEM: System = {
  platform: "linux",
  readText: () => undefined,
  parallelism: 1,
  totalMemory: 1,
  freeMemory: 1,
};

/** What the evidence of a folder with these files says. */
async function evidenceOf(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-vocabularies-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const snapshot = takeSnapshot(resolveReference(folder, process.cwd()));
    const store = openEvidence(EVIDENCE, { snapshot, system: SYSTEM });
    const gathered = await store.gather(["vocabularies", "tokenizers"]);
    if (gathered.kind === "failed") throw new TypeError("no evidence");
    const { vocabularies, tokenizers } = gathered.values;
    return {
      vocabularies,
      tokenizers,
      unread: [...new Set(gathered.unread.map(({ reason }) => reason))],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const llama = writeSentencePiece({ pieces: [...LLAMA_PIECES, ...BYTE_PIECES, "▁ship"] });
const tekken = JSON.stringify({
  config: { version: "v3", default_vocab_size: 22, default_num_special_tokens: 20 },
  vocab: [
    { rank: 0, token_bytes: "YQ==" },
    { rank: 1, token_bytes: "Yg==" },
  ],
});

describe("a folder without tokenizer.json", () => {
  test("SentencePiece: numbers, ends and byte fallback", async () => {
    const { tokenizers, unread } = await evidenceOf({
      "tokenizer.model": llama,
      "config.json": JSON.stringify({ eos_token_id: 2 }),
    });
    const [one] = tokenizers;
    expect(unread).toEqual([]);
    expect(tokenizers).toHaveLength(1);
    expect(one).toMatchObject({
      kind: "hub",
      form: "sentencepiece",
      model: "bpe",
      special: { bos: "<s>", eos: "</s>", unk: "<unk>", pad: undefined },
      hasWholeVocabulary: true,
      added: ["<s>", "</s>"],
      vocabulary: { end: 260, byteFallback: true },
    });
    expect(one?.idOf?.("▁ship")).toBe(259);
    expect(one?.has?.("▁sail")).toBe(false);
    expect(one?.ends.map(({ text }) => text)).toEqual(["</s>", "</s>"]);
  });
  test("what tokenizer_config.json says goes before the vocabulary's own tokens", async () => {
    const { tokenizers } = await evidenceOf({
      "tokenizer.model": llama,
      "tokenizer_config.json": JSON.stringify({ eos_token: "<|im_end|>" }),
      "added_tokens.json": JSON.stringify({ "<|im_end|>": 260 }),
      "special_tokens_map.json": JSON.stringify({ additional_special_tokens: ["<|im_start|>"] }),
    });
    const [one] = tokenizers;
    expect(one?.special).toMatchObject({ bos: "<s>", eos: "<|im_end|>" });
    expect(one?.idOf?.("<|im_end|>")).toBe(260);
    expect([one?.has?.("<|im_start|>"), one?.idOf?.("<|im_start|>")]).toEqual([true, undefined]);
  });
  test("Tekken: special tokens first, then the entries", async () => {
    const { tokenizers, unread } = await evidenceOf({ "tekken.json": tekken });
    expect(unread).toEqual([]);
    expect(tokenizers[0]).toMatchObject({ form: "tekken", special: { eos: "</s>", pad: "<pad>" } });
    expect(tokenizers[0]?.idOf?.("b")).toBe(21);
    expect(tokenizers[0]?.vocabulary?.textOf(20)).toBe("a");
    expect(tokenizers[0]?.vocabulary?.textOf(3)).toBe("[INST]");
  });
  test("tiktoken: special tokens are not among the files", async () => {
    const { tokenizers } = await evidenceOf({ "qwen.tiktoken": "YQ== 0\nYg== 1\n" });
    expect(tokenizers[0]).toMatchObject({ form: "tiktoken", hasWholeVocabulary: false });
    expect(tokenizers[0]?.idOf?.("b")).toBe(1);
    expect(tokenizers[0]?.vocabulary?.textOf(0)).toBe("a");
  });
  test("vocab.json and vocab.txt", async () => {
    const json = await evidenceOf({ "vocab.json": '{"a":0,"b":7}', "merges.txt": "a b\n" });
    expect(json.tokenizers[0]).toMatchObject({ form: "vocab.json", vocabulary: { end: 8 } });
    const text = await evidenceOf({ "vocab.txt": "[PAD]\n[UNK]\nship\n" });
    expect(text.tokenizers[0]).toMatchObject({ form: "vocab.txt", vocabulary: { end: 3 } });
    expect(text.tokenizers[0]?.idOf?.("ship")).toBe(2);
  });
  test("a translator's list of numbers goes before its SentencePiece models", async () => {
    const { tokenizers } = await evidenceOf({
      "source.spm": llama,
      "target.spm": llama,
      "vocab.json": '{"a":0}',
    });
    expect(tokenizers[0]).toMatchObject({ form: "vocab.json" });
    expect(tokenizers[0]?.others.map(({ hasModelIds }) => hasModelIds)).toEqual([false, false]);
  });
});

test("beside tokenizer.json a vocabulary is one of the others", async () => {
  const { tokenizers } = await evidenceOf({
    "tokenizer.json": JSON.stringify({ model: { type: "BPE", vocab: { "<unk>": 0, a: 1 } } }),
    "tokenizer.model": llama,
    "vocab.json": "not read",
  });
  expect(tokenizers[0]).toMatchObject({ form: "tokenizer.json", model: "BPE" });
  expect(tokenizers[0]?.others.map(({ form }) => form)).toEqual(["sentencepiece"]);
});

test("a GGUF file's list is a vocabulary", async () => {
  const { tokenizers } = await evidenceOf({ "m.gguf": tinyLlama({ pieces: ["ship"] }) });
  expect(tokenizers[0]).toMatchObject({ form: "gguf", vocabulary: { end: 260 } });
  expect(tokenizers[0]?.idOf?.("ship")).toBe(259);
  expect(tokenizers[0]?.vocabulary?.textOf(2)).toBe("</s>");
});

describe("what could not be read is unread", () => {
  test("a vocabulary cut short, one with unknown fields, a table that leads out", async () => {
    const cut = await evidenceOf({ "tokenizer.model": llama.subarray(0, 301) });
    expect(cut.unread[0]).toMatch(/^truncated/u);
    const pieces = [...LLAMA_PIECES, "a"];
    const strange = writeSentencePiece({ pieces, extra: [{ number: 77, bytes: "x" }] });
    expect((await evidenceOf({ "tokenizer.model": strange })).unread[0]).toMatch(/^gap/u);
    const map = writeCharsmap(new Map([[0, 0x100 << 10]]));
    const bent = writeSentencePiece({ pieces, normalizer: [{ number: 2, bytes: map }] });
    expect((await evidenceOf({ "tokenizer.model": bent })).unread[0]).toMatch(/^out-of-bounds/u);
  });
  test("a tekken.json of another form, and a list with a strange line", async () => {
    expect((await evidenceOf({ "tekken.json": "{}" })).unread).toHaveLength(1);
    const lines = "YQ== 0\nYg== 1\nos.system\n";
    expect((await evidenceOf({ "x.tiktoken": lines })).unread[0]).toMatch(/^bad-field/u);
  });
});
