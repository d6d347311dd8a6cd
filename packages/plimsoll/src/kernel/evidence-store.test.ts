import { expect, test } from "vitest";

import { openEvidence, type AnyProvider, type ProviderEntry } from "./evidence-store.ts";
import type { EvidenceName } from "./evidence.ts";

/** The store does not know what evidence means, so any names of the registry serve. */
const A: EvidenceName = "machine";
const B: EvidenceName = "card";

const entry = (
  name: EvidenceName,
  needs: readonly EvidenceName[],
  provide: () => never | { value: never; unread: [] },
): ProviderEntry<object> => {
  const provider: AnyProvider<object> = { name, needs, provide };
  return { name, load: () => Promise.resolve(provider) };
};

test("evidence is computed once, and only when it is needed", async () => {
  let count = 0;
  const store = openEvidence(
    [
      entry(A, [], () => {
        count += 1;
        throw new RangeError("no");
      }),
    ],
    {},
  );
  expect(count).toBe(0);
  await store.gather([A]);
  await store.gather([A]);
  expect(count).toBe(1);
});

test("a provider that throws makes its evidence unread, and that of all who need it", async () => {
  const store = openEvidence(
    [
      entry(A, [], () => {
        throw new RangeError("broken");
      }),
      entry(B, [A], () => {
        throw new TypeError("must not be asked");
      }),
    ],
    {},
  );
  const gathered = await store.gather([B]);
  expect(gathered.kind).toBe("failed");
  expect(gathered.unread).toMatchObject([{ file: ".", reason: expect.stringContaining("broken") }]);
});

test("evidence that needs itself, and evidence without a provider, are unread", async () => {
  const loop = openEvidence(
    [
      entry(A, [B], () => {
        throw new TypeError("must not be asked");
      }),
      entry(B, [A], () => {
        throw new TypeError("must not be asked");
      }),
    ],
    {},
  );
  expect((await loop.gather([A])).kind).toBe("failed");
  expect((await openEvidence([], {}).gather([A])).kind).toBe("failed");
  expect((await openEvidence([], {}).gather([])).kind).toBe("gathered");
});
