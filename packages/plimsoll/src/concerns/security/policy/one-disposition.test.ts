import { buildZip, PickleAssembler } from "@plimsoll/formats/kit";
import fc from "fast-check";
import { expect, test } from "vitest";

import type { AnyCheck } from "../../../kernel/check.ts";
import { outcomeVerdict } from "../../../kernel/finding.ts";
import { joinVerdicts, type ConcernVerdict } from "../../../kernel/verdict.ts";
import { runCaseOn } from "../../../testing/check-cases.ts";
import { PICKLE_WRAPPERS, WRAPPERS, type Wrapped } from "../../../testing/wrappers.ts";
import archiveViews from "../checks/archive-views.ts";
import coverage from "../checks/coverage.ts";
import nativeCode from "../checks/native-code.ts";
import pickleImports from "../checks/pickle-imports.ts";

const CHECKS: readonly AnyCheck[] = [pickleImports, archiveViews, nativeCode, coverage];

/** What all checks together say of one file, and what they found in it, wherever it lies. */
async function dispositionOf({ name, bytes }: Wrapped): Promise<Disposition> {
  const verdicts: ConcernVerdict[] = [];
  const told: string[] = [];
  for (const { outcome } of await runCaseOn(CHECKS, { name, files: { [name]: bytes } })) {
    verdicts.push(outcomeVerdict(outcome));
    const findings = "findings" in outcome ? outcome.findings : [];
    for (const { level, key, evidence } of findings) {
      told.push(`${level} ${key} ${JSON.stringify(evidence["symbol"] ?? evidence["kind"])}`);
    }
  }
  return { verdict: joinVerdicts(verdicts), told: [...new Set(told)].toSorted() };
}

type Disposition = { readonly verdict: string; readonly told: readonly string[] };

/** What a pickle may do, from harmless to harmful. */
const symbols = fc.constantFrom(
  ["collections", "OrderedDict"],
  ["torch", "Size"],
  ["nowhere", "thing"],
  ["textwrap", "dedent"],
  [["o", "s"].join(""), "system"],
);

/** What it ends with: STOP, or something in its place. */
const endings = fc.constantFrom("stop", "garbage", "nothing", "an empty stack");

const pickles = fc.tuple(symbols, endings).map(([[module = "", name = ""], ending]): Wrapped => {
  const pickle = new PickleAssembler().proto(2);
  if (module === "collections") pickle.call(module, name);
  else pickle.call(module, name, "true");
  if (ending === "stop") return { name: "data.pkl", bytes: pickle.stop().bytes() };
  if (ending === "garbage") return { name: "data.pkl", bytes: pickle.thenGarbage().bytes() };
  if (ending === "nothing") return { name: "data.pkl", bytes: pickle.bytes() };
  return { name: "data.pkl", bytes: pickle.pop().pop().stop().bytes() };
});

const ELF = Buffer.from("7f454c46020101000000000000000000030003e0010000000000", "hex");

/** Files that are no pickles: sound, of two minds, and a program. */
const others = fc.constantFrom<Wrapped>(
  { name: "README.md", bytes: Buffer.from("# hi") },
  { name: "model.zip", bytes: buildZip({ members: [{ name: "a.txt", data: "x" }] }) },
  {
    name: "model.zip",
    bytes: buildZip({
      members: [{ name: "a.txt", data: "x", local: { name: Buffer.from("b.txt") } }],
    }),
  },
  { name: "weights.so", bytes: ELF },
);

const ways = (maxLength: number) =>
  fc.array(fc.constantFrom(...Object.keys(WRAPPERS)), { minLength: 1, maxLength });

const wrap = (file: Wrapped, way: readonly string[]): Wrapped =>
  way.reduce((inner, name) => WRAPPERS[name]?.(inner) ?? inner, file);

test("a file has one disposition, raw and within containers", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(pickles, others), ways(3), async (file, way) => {
      expect(await dispositionOf(wrap(file, way))).toEqual(await dispositionOf(file));
    }),
    { numRuns: 40, seed: 11 },
  );
});

test("a pickle has one disposition, raw and in place of an array's elements", async () => {
  const names = Object.keys(PICKLE_WRAPPERS);
  await fc.assert(
    fc.asyncProperty(pickles, fc.constantFrom(...names), ways(2), async (file, name, way) => {
      const held = PICKLE_WRAPPERS[name]?.(file) ?? file;
      const raw = await dispositionOf(file);
      expect(await dispositionOf(held)).toEqual(raw);
      expect(await dispositionOf(wrap(held, way))).toEqual(raw);
    }),
    { numRuns: 15, seed: 12 },
  );
});

test("damage to the container improves nothing", async () => {
  const data = new PickleAssembler()
    .proto(2)
    .call(["o", "s"].join(""), "system", "true")
    .stop()
    .bytes();
  const member = { name: "data.pkl", data, method: 8 };
  const wrong = { local: { crc32: 1 }, central: { crc32: 1 } };
  const short = { local: { size: 9 }, central: { size: 9 } };
  for (const spec of [wrong, short]) {
    const bytes = buildZip({ members: [{ ...member, ...spec }] });
    expect(await dispositionOf({ name: "a.zip", bytes })).toMatchObject({ verdict: "stop" });
    expect(await dispositionOf(wrap({ name: "a.zip", bytes }, ["gzip", "tar"]))).toMatchObject({
      verdict: "stop",
    });
  }
  for (const name of ["gzip", "zlib", "bzip2", "lz4", "xz"]) {
    const { bytes, ...rest } = wrap({ name: "data.pkl", bytes: data }, [name]);
    const cut = { ...rest, bytes: bytes.subarray(0, bytes.length - 3) };
    expect([name, (await dispositionOf(cut)).verdict]).toEqual([name, "stop"]);
  }
});

test("eight containers are opened, and what is within nine is unknown", async () => {
  await fc.assert(
    fc.asyncProperty(pickles, ways(8), ways(1), async (file, way, [more = ""]) => {
      const eight = Array.from({ length: 8 }, (_, index) => way[index % way.length] ?? "");
      expect(await dispositionOf(wrap(file, eight))).toEqual(await dispositionOf(file));
      const nine = await dispositionOf(wrap(file, [...eight, more]));
      // A stored archive can still be found from the end of what holds it.
      expect(["stop", "unknown"]).toContain(nine.verdict);
    }),
    { numRuns: 6, seed: 13 },
  );
});

test.each(["gzip", "tar", "deflated", "zlib"])(
  "nothing is told of what is in nine of %s",
  async (name) => {
    const bytes = new PickleAssembler().proto(2).call("nowhere", "thing").stop().bytes();
    const way = Array.from({ length: 9 }, () => name);
    const within = (depth: number) => wrap({ name: "data.pkl", bytes }, way.slice(0, depth));
    expect((await dispositionOf(within(8))).told).toHaveLength(1);
    expect(await dispositionOf(within(9))).toEqual({ verdict: "unknown", told: [] });
  },
);
