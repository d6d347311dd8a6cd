import { join } from "node:path";

import { newSecret } from "../../packages/plimsoll/src/gateway/keys/secret.ts";
import type { Review, Reviewer } from "../../packages/plimsoll/src/gateway/review/contract.ts";
import type { KeyRole } from "../../packages/plimsoll/src/store/contract.ts";
import { openStore } from "../../packages/plimsoll/src/store/open.ts";
import {
  chatBody,
  chatEvents,
  sendEvents,
  type Asked,
  type Script,
} from "../../packages/plimsoll/src/testing/upstream/scripted.ts";
import { withDesk } from "../../packages/plimsoll/src/verbs/holds/desk.ts";
import { ROOT } from "./run.ts";

/** A key as its owner has it. */
export type OwnedKey = { readonly id: string; readonly secret: string };

/** Makes keys in a home, before a gateway starts. */
export async function makeKeys(
  home: string,
  roles: Readonly<Record<string, readonly KeyRole[]>>,
): Promise<Readonly<Record<string, OwnedKey>>> {
  const store = await openStore({ folder: join(home, "state/store"), mode: "tool", now: Date.now });
  try {
    const keys: Record<string, OwnedKey> = {};
    for (const [name, own] of Object.entries(roles)) {
      const { id, hash, text } = newSecret();
      const row = { id, hash, name, team: "sea", roles: own, models: [], createdAt: Date.now() };
      const rest = { expiresAt: null, revokedAt: null, parallel: null, rotatedTo: null };
      await store.keys.add({ ...row, ...rest }, []);
      keys[name] = { id, secret: text };
    }
    return keys;
  } finally {
    await store.close();
  }
}

/** A person at the same desk as `plimsoll holds` has, in this process and beside the server. */
export function atDesk<T>(
  home: string,
  secret: string | undefined,
  use: (review: Review, by: Reviewer) => Promise<T>,
): Promise<T> {
  const env = { PLIMSOLL_HOME: join(home, "state"), PLIMSOLL_KEY: secret };
  const silent = {
    write: () => {},
    isTerminal: false,
    columns: 80,
    hasColour: false,
    hasUnicode: true,
  };
  return withDesk(
    {
      cwd: home,
      where: { env, platform: process.platform, home },
      now: new Date(),
      packageRoot: join(ROOT, "packages/plimsoll"),
      stdout: silent,
      stderr: silent,
    },
    { file: undefined, needsGuards: true },
    use,
  );
}

/** Says a word on what stands there now. */
export function say(
  home: string,
  ticket: string,
  verdict: "release" | "refuse",
  secret: string,
): Promise<string> {
  const id = idOf(ticket);
  return atDesk(home, secret, async (review, by) => {
    const shown = await review.show(id, by);
    if (shown.kind !== "shown") return shown.kind;
    const word = { ...by, digest: shown.hold.digest, reason: "seen" };
    return (await review[verdict](id, word)).kind;
  });
}

/** The name of what waits, from where it is asked for. */
export function idOf(ticket: string): string {
  return ticket.slice(ticket.lastIndexOf("/") + 1);
}

/** What the upstream of these tests says. */
export const LEAK = "mail grace@example.org";

/** An upstream that tells an address when it is asked to leak, after a harmless half. */
export function leakingUpstream(asked: Asked, response: Parameters<Script>[1]): void {
  if (asked.path === "/v1/models") {
    response.end("{}");
    return;
  }
  const body: { stream?: boolean; messages?: { content: unknown }[]; prompt?: string } = Object(
    asked.body,
  );
  const wish = body.prompt ?? JSON.stringify(body.messages?.at(-1)?.content);
  const half = "A long and harmless beginning that a guard lets go at once. ";
  const answer = wish.includes("leak") ? LEAK : `You said ${wish}`;
  const pieces = wish.includes("late") ? [half, answer] : [answer];
  if (asked.path === "/v1/completions") tellBare(answer, body.stream === true, response);
  else if (body.stream === true) sendEvents(response, chatEvents(pieces));
  else {
    response.setHeader("content-type", "application/json");
    response.end(chatBody(pieces.join("")));
  }
}

/** The same in the dialect of bare prompts. */
function tellBare(text: string, isStream: boolean, response: Parameters<Script>[1]): void {
  const body = JSON.stringify({ choices: [{ index: 0, text, finish_reason: "stop" }] });
  if (isStream) sendEvents(response, [`data: ${body}\n\n`, "data: [DONE]\n\n"]);
  else {
    response.setHeader("content-type", "application/json");
    response.end(body);
  }
}
