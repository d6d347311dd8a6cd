import type { Server } from "node:http";

import type { Connections } from "./connections.ts";

/** Milliseconds that a client has to hear that its answer was cut, before its connection is shut. */
export const CUT_MS = 2_000;

/**
 * Takes no more connections and lets what runs come to its end; after so many milliseconds `cut` is called, which
 * tells the rest that they end, and shortly after their connections are shut.
 */
export async function drain(
  server: Server,
  connections: Connections,
  ms: number,
  cut: () => Promise<void>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  connections.end();
  if (await isWithin(closed, ms)) return;
  await cut();
  if (await isWithin(closed, CUT_MS)) return;
  server.closeAllConnections();
  await closed;
}

async function isWithin(end: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const isEnded = await Promise.race([end.then(() => true), late]);
  clearTimeout(timer);
  return isEnded;
}
