import { expect, test } from "vitest";

import type { Turn } from "../../engine/turn.ts";
import { DIALECTS } from "../dialects/all.ts";
import { BodyGather, KEPT_ANSWER_CHARS, type KeptBody } from "./gather.ts";

const TURN: Turn = {
  model: "m",
  messages: [],
  tools: [],
  output: { kind: "text" },
  sampling: {},
  choices: 1,
  stream: false,
  extra: {},
};

function gather(keepsBodies: boolean): { readonly one: BodyGather; readonly kept: KeptBody[] } {
  const kept: KeptBody[] = [];
  const request = {
    id: "req_1",
    caller: { keyId: "k", team: "t", roles: [], models: [], parallel: null },
    dialect: DIALECTS.chat,
    turn: { ...TURN, subject: "p" },
    hasUsage: false,
    dropped: [],
    route: {
      alias: "a",
      maxOutput: 1,
      limits: { firstTokenMs: 1, stallMs: 1 },
      assurance: "none",
      digest: undefined,
      upstreams: [],
    },
    bodyBytes: 1,
    startedAt: 5,
    trace: undefined,
  } as const;
  const one = new BodyGather(request, { keepsBodies }, { keepBody: (body) => kept.push(body) });
  return { one, kept };
}

const piece = (text: string, choice = 0) => ({ choice, channel: "text", index: 0, text }) as const;

test("pieces of one channel are one, and what an earlier server said is forgotten", () => {
  const { one, kept } = gather(true);
  one.begin(TURN);
  one.piece?.(piece("of the first"));
  one.begin(TURN);
  for (const text of ["a", "b"]) one.piece?.(piece(text));
  one.piece?.(piece("c", 1));
  one.piece?.(piece("d"));
  one.close("answered");
  expect(kept).toMatchObject([
    {
      requestId: "req_1",
      at: 5,
      subject: "p",
      pieces: [piece("ab"), piece("c", 1), piece("d")],
      isCut: false,
    },
  ]);
});

test("an answer is kept up to its limit", () => {
  const { one, kept } = gather(true);
  const full = "x".repeat(KEPT_ANSWER_CHARS);
  for (const more of ["", "y"]) {
    one.begin(TURN);
    one.piece?.(piece(full));
    one.piece?.(piece(more));
    one.close("answered");
  }
  expect(kept.map(({ isCut, pieces }) => [isCut, pieces[0]?.text.length])).toEqual([
    [false, KEPT_ANSWER_CHARS],
    [true, KEPT_ANSWER_CHARS],
  ]);
});

test("nothing is kept of what waits for a person, of what no engine saw, and where the policy is silent", () => {
  const held = gather(true);
  held.one.begin(TURN);
  held.one.close("held");
  const unseen = gather(true);
  unseen.one.close("blocked");
  const silent = gather(false);
  silent.one.begin(TURN);
  silent.one.close("answered");
  expect([held.kept, unseen.kept, silent.kept, silent.one.piece]).toEqual([[], [], [], undefined]);
});
