import { describe, expect, test } from "vitest";

import type { KeyRow } from "../../store/contract.ts";
import { MemoryKeyRing } from "./ring.ts";
import { idOf, newSecret } from "./secret.ts";

const NOW = 1_000_000;
const secret = newSecret();

function row(change: Partial<KeyRow> = {}): KeyRow {
  return {
    id: secret.id,
    hash: secret.hash,
    name: "n",
    team: "t",
    roles: ["developer"],
    models: ["a"],
    createdAt: 0,
    expiresAt: null,
    revokedAt: null,
    parallel: 3,
    rotatedTo: null,
    ...change,
  };
}

function told(ring: MemoryKeyRing, presented: string | undefined): string {
  const answer = ring.authenticate(presented, NOW);
  return answer.kind === "known" ? answer.caller.keyId : answer.refusal.code;
}

const changed = (text: string, at: number): string =>
  `${text.slice(0, at)}${text.charAt(at) === "A" ? "B" : "A"}${text.slice(at + 1)}`;

describe("a key is known by its secret alone", () => {
  const ring = new MemoryKeyRing([row()], false);
  test.each([
    ["the key", secret.text, secret.id],
    ["the key again", secret.text, secret.id],
    ["one letter changed", changed(secret.text, 20), "key_unknown"],
    ["another key of our form", newSecret().text, "key_unknown"],
    ["the hash", secret.hash, "key_unknown"],
    ["a bit less", secret.text.slice(0, -1), "key_unknown"],
    ["a bit more", `${secret.text}0`, "key_unknown"],
    ["another's form", "sk-abc", "key_unknown"],
    ["nothing", undefined, "key_missing"],
    ["an empty one", "", "key_missing"],
  ])("%s", (_, presented, expected) => {
    expect(told(ring, presented)).toBe(expected);
  });

  test("a right name with another secret and a right check sum is not known", () => {
    const other = newSecret((bytes) =>
      bytes === 6 ? Buffer.from(secret.id, "base64url") : Buffer.alloc(bytes, 7),
    );
    expect([other.id, told(ring, other.text)]).toEqual([secret.id, "key_unknown"]);
  });
});

describe("a key ends", () => {
  test.each([
    ["expired now", { expiresAt: NOW }, "key_expired"],
    ["expires in a millisecond", { expiresAt: NOW + 1 }, secret.id],
    ["revoked now", { revokedAt: NOW }, "key_unknown"],
    ["revoked later", { revokedAt: NOW + 1 }, secret.id],
  ])("%s", (_, change, expected) => {
    const ring = new MemoryKeyRing([row(change)], false);
    expect([told(ring, secret.text), told(ring, secret.text)]).toEqual([expected, expected]);
  });
});

test("on open loopback no key is needed, and a wrong one of ours is still wrong", () => {
  const ring = new MemoryKeyRing([row()], true);
  expect([told(ring, undefined), told(ring, "anything"), told(ring, secret.text)]).toEqual([
    "local",
    "local",
    secret.id,
  ]);
  expect(told(ring, newSecret().text)).toBe("key_unknown");
});

test("a secret that was replaced spends what its follower has", () => {
  const [next, last] = [newSecret(), newSecret()];
  const rows = [
    row({ rotatedTo: next.id }),
    row({ id: next.id, hash: next.hash, rotatedTo: last.id }),
    row({ id: last.id, hash: last.hash }),
  ];
  const ring = new MemoryKeyRing(rows, false);
  expect([secret, next, last].map(({ text }) => told(ring, text))).toEqual(
    Array.from({ length: 3 }, () => last.id),
  );
  const ended = rows.map((one) => (one.id === last.id ? { ...one, revokedAt: NOW } : one));
  const revoked = new MemoryKeyRing(ended, false);
  expect([secret, next, last].map(({ text }) => told(revoked, text))).toEqual(
    Array.from({ length: 3 }, () => "key_unknown"),
  );
  const alone = new MemoryKeyRing([row({ rotatedTo: "gone" })], false);
  expect(told(alone, secret.text)).toBe(secret.id);
});

test("a name is never an option", () => {
  expect(newSecret((bytes) => Buffer.alloc(bytes, 0xff)).id).toBe("________");
  expect(newSecret((bytes) => Buffer.alloc(bytes, 0xfb)).id).toMatch(/^A/u);
});

test("the check sum tells a key from what looks like one", () => {
  expect(idOf(secret.text)).toBe(secret.id);
  for (let at = 4; at < secret.text.length; at += 1) {
    expect(idOf(changed(secret.text, at))).toBeUndefined();
  }
});

describe("a secret that was replaced may what the one in its place may", () => {
  const next = newSecret();
  const ringOf = (change: Partial<KeyRow>): MemoryKeyRing =>
    new MemoryKeyRing(
      [
        row({ rotatedTo: next.id, roles: ["admin"], models: [], expiresAt: NOW + 1_000 }),
        row({ id: next.id, hash: next.hash, ...change }),
      ],
      false,
    );

  test("and no more", () => {
    const caller = { roles: ["auditor"], models: ["b"], team: "u", parallel: 1 } as const;
    const known = ringOf(caller).authenticate(secret.text, NOW);
    expect(known).toEqual({ kind: "known", caller: { keyId: next.id, ...caller } });
  });

  test.each([
    ["ends with it", NOW, "key_expired"],
    ["lives while it does", NOW + 1, next.id],
    ["ends by itself", null, next.id],
  ])("%s", (_, expiresAt, expected) => {
    expect(told(ringOf({ expiresAt }), secret.text)).toBe(expected);
  });
});
