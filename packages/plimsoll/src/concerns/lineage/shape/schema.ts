import * as v from "valibot";

import { sourceSchema } from "../../../text/source/schema.ts";

const marks = v.strictObject({
  source: sourceSchema,
  marks: v.array(
    v.strictObject({
      what: v.string(),
      ends: v.pipe(v.string(), v.startsWith(".")),
      never: v.array(v.string()),
      unless: v.array(v.string()),
    }),
  ),
});

/** A tensor that some architectures have in every block, and others never. */
export type ArchitectureMark = v.InferOutput<typeof marks>["marks"][number];

/** Reads knowledge/architecture-marks.yaml. */
export function parseArchitectureMarks(raw: unknown): readonly ArchitectureMark[] {
  return v.parse(marks, raw).marks;
}
