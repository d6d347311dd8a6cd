import { expect, test } from "vitest";
import { serveSettings, type ServeSettings } from "./settings.ts";

function priced(name: string): ServeSettings {
  const upstreams = ["chat=http://127.0.0.1:8000/v1"];
  return serveSettings(undefined, { upstreams, prices: [`${name}=1/2`] }, {});
}

test("a price for an upstream that there is none of is refused, and not lost", () => {
  expect(() => priced("chatt")).toThrow(/--price names "chatt", and no upstream is called that/u);
  expect(priced("chat").upstreams[0]?.price?.currency).toBe("USD");
});
