import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import * as v from "valibot";
import { expect, test } from "vitest";
import { parse } from "yaml";

import { sourceSchema } from "./schema.ts";

const url = "https://example.org/page";
const day = "2026-11-25";

test.each([
  [{ url, read: day }, true],
  [{ url, recalled: day }, true],
  [{ recalled: day }, true],
  [{ read: day }, false],
  [{ url, read: day, recalled: day }, false],
  [{ url }, false],
  [{ url, read: "lately" }, false],
  [{ url: "a book", recalled: day }, false],
])("a source says when it was read, or that it was not: %j", (source, isOne) => {
  expect(v.is(sourceSchema, source)).toBe(isOne);
});

const KNOWLEDGE = join(import.meta.dirname, "../../../knowledge");

test.each(readdirSync(KNOWLEDGE).filter((name) => name.endsWith(".yaml")))(
  "%s has no day outside a source",
  (name) => {
    const dated: unknown[] = [];
    JSON.stringify(parse(readFileSync(join(KNOWLEDGE, name), "utf8")), (_key, value: unknown) => {
      const isDated = typeof value === "object" && value !== null;
      if (isDated && ("read" in value || "recalled" in value)) dated.push(value);
      return value;
    });
    expect(dated.length).toBeGreaterThan(0);
    expect(dated.filter((value) => !v.is(sourceSchema, value))).toEqual([]);
  },
);
