import { expect, test } from "vitest";

import type { Delta } from "../../engine/delta.ts";
import { Transcript } from "./transcript.ts";

const piece = (length: number): Delta => ({ kind: "text", choice: 0, text: "x".repeat(length) });

test("all of an answer is kept", () => {
  const transcript = new Transcript();
  const call: Delta = { kind: "tool", choice: 0, index: 0, name: "f", args: "{}" };
  for (const delta of [piece(1), call]) transcript.see(delta);
  expect(transcript.whole).toEqual([piece(1), call]);
});
test("as long as may be, and one character longer: then none of it", () => {
  const transcript = new Transcript();
  for (let at = 0; at < 4; at += 1) transcript.see(piece(1_048_576));
  expect(transcript.whole?.length).toBe(4);
  transcript.see(piece(1));
  transcript.see(piece(1));
  expect(transcript.whole).toBeUndefined();
});
test("as many pieces as may be, and one more", () => {
  const transcript = new Transcript();
  for (let at = 0; at < 200_000; at += 1) transcript.see(piece(0));
  expect(transcript.whole?.length).toBe(200_000);
  transcript.see(piece(0));
  expect(transcript.whole).toBeUndefined();
});
