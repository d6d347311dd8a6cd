import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { unread, type Unread } from "../../../kernel/unread.ts";
import { readWith } from "../../../model/read.ts";
import type { SnapshotFile } from "../../../model/snapshot.ts";
import type { ModelSubject } from "../../../model/subject.ts";
import type { Variant } from "../../../model/variant.ts";
import { joinTallies, tally, type Tally } from "../values/numbers.ts";
import { planReading, VALUES_MAX_BYTES, type Reading } from "../values/plan.ts";

/** What was read of one tensor's values. */
export type TensorValues = Tally & Omit<Reading, "places">;

/** What was read of the values of one way to load the model. */
export type VariantValues = { readonly variant: Variant; readonly values: readonly TensorValues[] };

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Values of norms, and samples of scales, biases and matrices, of every model whose tensors are tabled. */
    readonly tensorValues: readonly VariantValues[];
  }
}

export default defineEvidence({
  name: "tensorValues",
  needs: ["variants", "gguf"],
  provide: ({ variants, gguf }, { snapshot }: ModelSubject) => {
    const files = new Map(snapshot.files.map((file) => [file.path, file]));
    const bigEndian = new Set(
      gguf.filter((model) => model.gguf.byteOrder === "big").map(({ file }) => file),
    );
    const value: VariantValues[] = [];
    const unreads: Unread[] = [];
    let left = VALUES_MAX_BYTES;
    for (const variant of variants) {
      if (variant.role !== "model" || variant.tensors === "unknown") continue;
      const { readings, normsLeft } = planReading(variant.tensors, left);
      if (normsLeft > 0) {
        const reason = `limit VALUES_MAX_BYTES (${VALUES_MAX_BYTES}) reached: ${normsLeft} norms were not read`;
        unreads.push(unread(variant.label, reason));
      }
      const values: TensorValues[] = [];
      for (const [path, own] of Map.groupBy(readings, ({ tensor }) => tensor.file)) {
        const file = files.get(path);
        if (file === undefined) continue;
        const read = readValues(file, own, !bigEndian.has(path));
        if (read.kind === "unread") unreads.push(read);
        else values.push(...read.value);
      }
      for (const { kind, tensor } of readings) left -= kind === "norm" ? tensor.bytes : 0;
      value.push({ variant, values });
    }
    return { value, unread: unreads };
  },
});

function readValues(
  file: SnapshotFile,
  readings: readonly Reading[],
  littleEndian: boolean,
): ReturnType<typeof readWith<readonly TensorValues[]>> {
  const longest = readings.flatMap(({ places }) => places.map(({ bytes }) => bytes));
  // One for all: what was tallied is not looked at again.
  const buffer = new Uint8Array(longest.reduce((most, bytes) => Math.max(most, bytes), 0));
  return readWith(file, (source) =>
    readings.map(({ tensor, kind, places }) => {
      const tallies = places.map(({ at, bytes }) => {
        const read = source.readInto(buffer.subarray(0, bytes), tensor.offset + at);
        return tally(tensor.type, read, littleEndian);
      });
      return { tensor, kind, ...joinTallies(tallies) };
    }),
  );
}
