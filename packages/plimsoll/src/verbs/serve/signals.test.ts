import { EventEmitter } from "node:events";

import { expect, test } from "vitest";

import { hearSignals } from "./signals.ts";

/** A process that a test sends signals to. */
function process(): { readonly told: NodeJS.Process; readonly exits: number[] } {
  const exits: number[] = [];
  const told = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) });
  // Only what is heard on and how it ends is there.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { told: told as unknown as NodeJS.Process, exits };
}

test("a reload that was asked for while it started is made when it can be, once", async () => {
  const { told } = process();
  const signals = hearSignals(told);
  told.emit("SIGHUP");
  told.emit("SIGHUP");
  let reloads = 0;
  signals.onReload(() => Promise.resolve((reloads += 1)));
  await new Promise(setImmediate);
  expect(reloads).toBe(1);
});

test("a storm of them is the one that runs and one more", async () => {
  const { told } = process();
  const signals = hearSignals(told);
  const ends: (() => void)[] = [];
  signals.onReload(
    () =>
      new Promise<void>((resolve) => {
        ends.push(resolve);
      }),
  );
  for (let at = 0; at < 300; at += 1) told.emit("SIGHUP");
  ends[0]?.();
  await new Promise(setImmediate);
  ends[1]?.();
  await new Promise(setImmediate);
  expect(ends).toHaveLength(2);
  told.emit("SIGHUP");
  expect(ends).toHaveLength(3);
});

test("the first asks for an end, the second does not wait, and a hangup is never one", async () => {
  const { told, exits } = process();
  const signals = hearSignals(told);
  told.emit("SIGTERM");
  await signals.ended;
  told.emit("SIGHUP");
  expect(exits).toEqual([]);
  told.emit("SIGINT");
  expect(exits).toEqual([130]);
});
