import fc from "fast-check";
import { expect, test } from "vitest";

import { nameWithin } from "./compressed.ts";
import { baseOf, memberPath, namedStep, namelessStep } from "./member-path.ts";

test("a place is the names on the way to it", () => {
  const gzip = memberPath(namedStep("a.tar.gz"), namelessStep("gzip"));
  expect(memberPath(gzip, namedStep("d/e.pkl"))).toBe("a.tar.gz!/<gzip>!/d/e.pkl");
  expect(memberPath(undefined, namedStep("a!/b"))).toBe("a%21/b");
  expect(memberPath(undefined, namedStep("<gzip>"))).toBe("%3Cgzip>");
});

const write = (names: readonly string[]): string | undefined =>
  names.reduce<string | undefined>((at, one) => memberPath(at, namedStep(one)), undefined);

test("no two ways are written alike", () => {
  const name = fc.string({
    unit: fc.constantFrom("a", "!", "/", "%", "2", "1", "<", "3", "C", ">"),
  });
  const way = fc.array(name, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(way, way, (a, b) => {
      expect(write(a) === write(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      expect(write(a)).not.toBe(namelessStep("3C"));
    }),
  );
});

test.each([
  ["model.pkl.gz", "model.pkl"],
  ["a.TGZ", "a.tar"],
  ["a.tar.xz", "a.tar"],
  ["model.joblib", "model.joblib"],
  ["a.z", "a"],
  ["gz", "gz"],
])("%s holds %s", (name, within) => {
  expect(nameWithin(name)).toBe(within);
});

test("a base is the last part in lower case", () => {
  expect(baseOf("A/B/Model.PKL")).toBe("model.pkl");
});
