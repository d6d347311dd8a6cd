import { expect, test } from "vitest";

import { settingSchemaText } from "../../packages/plimsoll/src/config/published-schema.ts";
import { readSettingFile } from "../../packages/plimsoll/src/config/schema.ts";
import {
  serveSettings,
  type ServeSettings,
} from "../../packages/plimsoll/src/verbs/serve/settings.ts";
import { needsRestart } from "../../packages/plimsoll/src/verbs/serve/standing.ts";
import { readLeaves, type Leaf } from "./config-leaves.ts";

const leaves = readLeaves(JSON.parse(await settingSchemaText()));

/** Fields that this version reads and does nothing with; the page says so of each. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
  leaves.filter(({ means }) => means.includes("without effect")).map(pathOf),
);

/** Fields of `serve:` with one value as their default, but for guards: those are made ready elsewhere. */
const plain = leaves.filter(
  ({ path, fallback }) =>
    path.startsWith("serve.") && !path.includes(".guards.") && valueOf(fallback) !== undefined,
);

function pathOf({ path }: Leaf): string {
  return path;
}

test("there are fields, and most have a default that can be tried", () => {
  expect(leaves.length).toBeGreaterThan(50);
  expect(plain.length).toBeGreaterThan(15);
});

test.each(plain.map(({ path, fallback }) => [path, fallback] as const))(
  "%s is %s when it is absent",
  (path, fallback) => {
    const absent = settingsWith(path, undefined);
    expect(settingsWith(path, valueOf(fallback))).toEqual(absent);
  },
);

test.each(plain.filter(({ path }) => !WITHOUT_EFFECT.has(path)).map((leaf) => [leaf.path, leaf]))(
  "%s changes something, and at run time where the page says so",
  (path, leaf) => {
    const [absent, other] = [settingsWith(path, undefined), settingsWith(path, anotherOf(leaf))];
    expect(other).not.toEqual(absent);
    expect(needsRestart(absent, other)).toEqual(path === "serve.listen" ? ["listen"] : []);
  },
);

test("what must be given must be", () => {
  const needed = leaves.filter(({ fallback }) => fallback === "must be given");
  expect(needed.map(pathOf)).toContain("serve.upstreams.NAME.url");
  expect(() => settingsWith("serve.upstreams.NAME.url", undefined)).toThrowError(/refused/u);
});

/** A default as a value: a number, a truth, or a word without blanks. */
function valueOf(fallback: string): unknown {
  if (/^\d+$/u.test(fallback)) return Number(fallback);
  if (fallback === "true" || fallback === "false") return fallback === "true";
  return /^[\w.:]+$/u.test(fallback) && !["none", "nowhere"].includes(fallback)
    ? fallback
    : undefined;
}

/** A value that is fit for the field and not its default. */
function anotherOf({ type, fallback, path }: Leaf): unknown {
  if (path === "serve.listen") return "127.0.0.1:9";
  if (path.endsWith(".currency")) return "EUR";
  const words = [...type.matchAll(/`(\w+)`/gu)].map(([, word]) => word);
  const word = words.find((one) => one !== fallback);
  if (word !== undefined) return word;
  switch (type) {
    case "time":
      return "7s";
    case "boolean":
      return fallback !== "true";
    case "name":
      return "another";
    default:
      return path.endsWith(".sample") ? 0.5 : path.endsWith(".quorum") ? 2 : Number(fallback) + 1;
  }
}

const NEEDED: readonly (readonly [string, unknown])[] = [
  ["serve.upstreams.NAME.url", "http://127.0.0.1:1/v1"],
  ["serve.upstreams.NAME.price.in", 1],
  ["serve.upstreams.NAME.price.out", 2],
  ["serve.upstreams.FAR.url", "https://far.example/v1"],
  ["serve.routes.NAME.upstreams", ["NAME", "FAR"]],
  ["serve.burst.route", "NAME"],
  ["serve.burst.when.queue_seconds", 1],
  ["serve.burst.allow", ["none"]],
  ["serve.burst.teams", ["default"]],
  ["serve.traces.url", "http://127.0.0.1:1/v1/traces"],
];

function settingsWith(path: string, value: unknown): ServeSettings {
  const file: Tree = {};
  for (const [needed, own] of NEEDED) if (needed !== path) put(file, needed.split("."), own);
  if (value !== undefined) put(file, path.split("."), value);
  const read = readSettingFile(file);
  if (read.kind === "refused") throw new Error(`refused: ${JSON.stringify(read.problems)}`);
  return serveSettings(read.file.serve, { upstreams: [], prices: [] }, {});
}

type Tree = { [name: string]: unknown };

function put(tree: Tree, [name = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const below: Tree = Object(tree[name] ?? {});
  tree[name] = below;
  put(below, rest, value);
}
