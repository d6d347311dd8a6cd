import { describe, expect, test } from "vitest";

import { unread } from "../../../kernel/unread.ts";
import type { Use } from "./cache.ts";
import { computeNeed } from "./compute.ts";
import { fitVariant } from "./fit.ts";
import { cheapestMend } from "./mend.ts";
import { memoryNeed } from "./need.ts";
import { LLAMA_8B, shapeOf, variantOf } from "./shapes.fixture.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const USE: Use = { context: 8192, conversations: 1, kvCache: "f16", ubatch: 512 };

describe("computing", () => {
  test.each([
    [512, 266.5],
    [128, 66.625],
  ])("an 8B Llama at a micro-batch of %i takes %f MiB", (ubatch, expected) => {
    expect(computeNeed(LLAMA_8B, "gguf", { ...USE, ubatch })).toMatchObject({
      range: { likely: expected * MIB },
    });
  });
  test("its upper end is 64 MiB above the logits", () => {
    expect(computeNeed(LLAMA_8B, "gguf", USE)).toMatchObject({ range: { high: 314.5 * MIB } });
  });
  test("without a vocabulary it is unknown for an engine, and given for a server", () => {
    const shape = shapeOf({ num_hidden_layers: 1, hidden_size: 64, num_attention_heads: 1 });
    expect(computeNeed(shape, "gguf", USE).kind).toBe("unknown");
    expect(computeNeed(shape, "safetensors", USE).kind).toBe("range");
  });
});

describe("the whole need", () => {
  test("parts add up, and only the high end has the margin", () => {
    const need = memoryNeed(variantOf(LLAMA_8B, 4 * GIB), USE);
    expect(need).toMatchObject({
      weights: 4 * GIB,
      margin: GIB,
      total: { low: 5 * GIB + 254.5 * MIB, likely: 5 * GIB + 266.5 * MIB },
    });
    expect(need).toMatchObject({ total: { high: 6 * GIB + 314.5 * MIB } });
  });
  test("the margin is a tenth once that is more than 1 GiB", () => {
    const need = memoryNeed(variantOf(LLAMA_8B, 39 * GIB), USE);
    expect(need).toMatchObject({ margin: Math.ceil((40 * GIB + 314.5 * MIB) / 10) });
  });
  test("missing parts and an unread shape leave a partial need", () => {
    const missing = { count: 1, first: ["b"] };
    expect(memoryNeed({ ...variantOf(LLAMA_8B, GIB), missing }, USE).kind).toBe("partial");
    expect(memoryNeed(variantOf(unread("config.json", "there is none"), GIB), USE)).toMatchObject({
      kind: "partial",
      weights: GIB,
    });
  });
});

describe("fit", () => {
  const variant = variantOf(LLAMA_8B, 4 * GIB);
  const likely = 5 * GIB + 266.5 * MIB;
  const high = 6 * GIB + 314.5 * MIB;
  test.each([
    [high, "yes"],
    [high - 1, "tight"],
    [likely, "tight"],
    [likely - 1, "no"],
  ])("with %i bytes free: %s", (free, fit) => {
    expect(fitVariant(variant, USE, free).fit).toBe(fit);
  });
  test("weights alone decide only when they are too large", () => {
    const bare = variantOf(unread("config.json", "there is none"), GIB);
    expect(fitVariant(bare, USE, GIB - 1).fit).toBe("no");
    expect(fitVariant(bare, USE, GIB).fit).toBe("unknown");
  });
});

describe("the cheapest mend", () => {
  const variant = variantOf(LLAMA_8B, 4 * GIB);
  const needs = (use: Partial<Use>): number => {
    const need = memoryNeed(variant, { ...USE, ...use });
    return need.kind === "need" ? need.total.high : Number.NaN;
  };
  test("a shorter context first, and the longest that fits", () => {
    expect(cheapestMend(variant, USE, needs({ context: 5120 }))).toEqual({
      kind: "context",
      context: 5120,
    });
    expect(cheapestMend(variant, USE, needs({ context: 5120 }) - 1)).toEqual({
      kind: "context",
      context: 4864,
    });
  });
  test("then fewer conversations, then both", () => {
    const four = { ...USE, conversations: 40 };
    expect(cheapestMend(variant, four, needs({ conversations: 3 }))).toEqual({
      kind: "conversations",
      conversations: 3,
    });
    expect(cheapestMend(variant, four, needs({ context: 4096 }))).toEqual({
      kind: "both",
      context: 4096,
    });
  });
  test("then smaller weights: the largest that fit", () => {
    const mend = cheapestMend(variant, USE, 4 * GIB);
    expect(mend).toEqual({ kind: "weights", weights: 4 * GIB - (2 * GIB + 314.5 * MIB) });
    expect(cheapestMend(variant, USE, GIB)).toEqual({ kind: "weights", weights: 0 });
  });
});
