import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DIALECTS } from "../gateway/dialects/all.ts";
import { createKey, type AskedKey, type MadeKey } from "../gateway/keys/change.ts";
import type { Json } from "../kernel/json.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/contract.ts";
import type { Prepared } from "../verbs/serve/prepare.ts";
import { startServing } from "../verbs/serve/serve.ts";
import { serveSettings, type ServeFlags, type ServeSettings } from "../verbs/serve/settings.ts";

/** What an answer came to. */
export type Told = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null when it is none. */
  readonly body: Record<string, Json>;
  /** The code of a refusal; else the status. */
  readonly code: string;
  /** A member of the body that is a text. @throws TypeError when it is none. */
  readonly word: (name: string) => string;
};

/** A gateway in this process, with a store and a log of its own. */
export type AdminServer = {
  readonly url: string;
  readonly home: string;
  /** Says what the next reading of the configuration comes to. */
  readonly configure: (read: () => ServeSettings | Promise<ServeSettings>) => void;
  /** Every line of its log. */
  readonly said: readonly string[];
  readonly ask: (
    method: string,
    path: string,
    options?: {
      readonly key?: string | undefined;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    },
  ) => Promise<Told>;
  readonly close: () => Promise<void>;
};

/** Where a gateway that is tested keeps everything. */
export function adminHome(): { readonly home: string; readonly remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), "plimsoll-admin-"));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** Does something with the store of a home, as a tool would. */
export async function withStoreOf<T>(
  home: string,
  use: (store: Store) => Promise<T>,
  now = Date.now,
): Promise<T> {
  const store = await openStore({ folder: join(home, "store"), mode: "tool", now });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Makes keys in a home, as `plimsoll keys create` does. */
export function makeKeys(
  home: string,
  asked: readonly Partial<AskedKey>[],
): Promise<readonly MadeKey[]> {
  return withStoreOf(home, async (store) => {
    const made: MadeKey[] = [];
    for (const one of asked) {
      const key = { ...NOBODY, ...one };
      made.push(await createKey(store, key, { actor: "local", now: Date.now() }));
    }
    return made;
  });
}

const NOBODY: AskedKey = {
  name: "somebody",
  team: "default",
  models: [],
  roles: [],
  parallel: null,
  lifetimeMs: null,
  budgets: [],
};

/** Settings of a gateway with one upstream that is never asked. */
export function settingsOf(flags: Partial<ServeFlags> = {}): ServeSettings {
  const named = { upstreams: ["chat=http://127.0.0.1:9/v1"], prices: [], port: "0", ...flags };
  return { ...serveSettings(undefined, named, {}), drainMs: 1_000 };
}

/** Starts a gateway over a home. */
export async function openAdminServer(
  home: string,
  settings = settingsOf(),
  now = Date.now,
): Promise<AdminServer> {
  let read = (): ServeSettings | Promise<ServeSettings> => settings;
  const said: string[] = [];
  const gateway = await startServing({
    begun: prepared(settings),
    read: async () => prepared(await read()),
    dialects: DIALECTS,
    admit: undefined,
    cwd: home,
    home,
    origin: "plimsoll/test",
    now,
    log: (level, event, fields) => said.push(JSON.stringify({ level, event, ...fields })),
  });
  return {
    url: gateway.url,
    home,
    said,
    configure: (next) => {
      read = next;
    },
    ask: (method, path, options = {}) => ask(`${gateway.url}${path}`, method, options),
    close: gateway.close,
  };
}

async function ask(
  url: string,
  method: string,
  {
    key,
    body,
    headers,
  }: {
    readonly key?: string | undefined;
    readonly body?: unknown;
    readonly headers?: Record<string, string>;
  },
): Promise<Told> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const { status } = answer;
  const [, code = String(status)] = /^\{"error":\{"code":"(\w+)"/u.exec(text) ?? [];
  const told = jsonIn(text);
  const word = (name: string): string => {
    const value = told[name];
    if (typeof value === "string") return value;
    throw new TypeError(`${name} is no text: ${text}`);
  };
  return { status, headers: answer.headers, text, body: told, code, word };
}

function jsonIn(text: string): Told["body"] {
  try {
    const value: Told["body"] | null = JSON.parse(text);
    return value ?? {};
  } catch {
    // Whoever expects JSON will see that there is none.
    return {};
  }
}

function prepared(settings: ServeSettings): Prepared {
  return { settings, guards: [], require: [], files: [], found: new Map() };
}
