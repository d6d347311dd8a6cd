import { buildZip, PickleAssembler } from "@plimsoll/formats/kit";
import fc from "fast-check";
import { expect, test } from "vitest";

import { outcomeVerdict } from "../../../kernel/finding.ts";
import { runCase } from "../../../testing/check-cases.ts";
import check from "../checks/pickle-imports.ts";

/** What a pickle may do before it faults, from harmless to harmful. */
const payloads = fc.constantFrom(
  ["collections", "OrderedDict"],
  ["torch", "Size"],
  ["nowhere", "thing"],
  ["textwrap", "dedent"],
  [["o", "s"].join(""), "system"],
);

/** What it ends with in place of STOP. */
const faults = fc.constantFrom("garbage", "nothing", "an empty stack");

function faulting([module = "", name = ""]: readonly string[], fault: string): Uint8Array {
  const pickle = new PickleAssembler().proto(2).call(module, name, "true");
  if (fault === "garbage") return pickle.thenGarbage().bytes();
  return fault === "nothing" ? pickle.bytes() : pickle.pop().pop().stop().bytes();
}

/** The pickle itself, and the same in archives, sound and damaged. */
function wrapped(data: Uint8Array): Readonly<Record<string, Uint8Array>> {
  const member = { name: "data.pkl", data };
  const wrong = { local: { crc32: 1 }, central: { crc32: 1 } };
  return {
    "raw.pkl": data,
    "stored.zip": buildZip({ members: [member] }),
    "deflated.zip": buildZip({ members: [{ ...member, method: 8 }] }),
    "wrong-sum.zip": buildZip({ members: [{ ...member, method: 8, ...wrong }] }),
    "longer-than-told.zip": buildZip({
      members: [{ ...member, method: 8, local: { size: 9 }, central: { size: 9 } }],
    }),
    "stored-wrong-sum.zip": buildZip({ members: [{ ...member, ...wrong }] }),
  };
}

test("a pickle that faults after its payload has one disposition, raw and wrapped", async () => {
  await fc.assert(
    fc.asyncProperty(payloads, faults, async (symbol, fault) => {
      const answers = new Set<string>();
      for (const [file, bytes] of Object.entries(wrapped(faulting(symbol, fault)))) {
        const { outcome } = await runCase(check, { name: file, files: { [file]: bytes } });
        const findings = "findings" in outcome ? outcome.findings : [];
        const told = findings.map(({ level, key, evidence }) => [level, key, evidence["symbol"]]);
        answers.add(JSON.stringify([outcomeVerdict(outcome), told]));
      }
      expect([...answers]).toHaveLength(1);
      // Nothing that was not read to its end is clear.
      expect([...answers][0]).toMatch(/^\["(?:stop|unknown)"/u);
    }),
    { numRuns: 12, seed: 7 },
  );
});
