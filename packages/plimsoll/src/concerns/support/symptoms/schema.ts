import * as v from "valibot";

import { sourceSchema } from "../../../text/source/schema.ts";

const scalar = v.union([v.string(), v.number(), v.boolean()]);

const condition = v.union([
  v.strictObject({ key: v.string(), is: v.array(scalar) }),
  v.strictObject({ key: v.string(), ends: v.string() }),
  v.strictObject({ key: v.string(), at_least: v.number() }),
  v.strictObject({ key: v.string(), below: v.number() }),
  v.strictObject({ key: v.string(), absent: v.literal(true) }),
  v.strictObject({ key: v.string(), present: v.literal(true) }),
  v.strictObject({ key: v.string(), list: v.literal(true) }),
  v.strictObject({ tensor: v.string(), absent: v.literal(true) }),
]);

const symptom = v.strictObject({
  id: v.string(),
  on: v.string(),
  /** True when it counts only beside weights that a configuration is needed for. */
  weights: v.optional(v.literal(true)),
  level: v.picklist(["note", "caution"]),
  when: v.pipe(v.array(condition), v.minLength(1)),
  symptom: v.string(),
  cause: v.string(),
  fix: v.string(),
  source: sourceSchema,
});

const fileSymptoms = v.strictObject({ symptoms: v.array(symptom) });

/** One thing that must be so in a file. */
export type Condition = v.InferOutput<typeof condition>;

/** A fault that can be read from files, with what it looks like and what mends it. */
export type FileSymptom = v.InferOutput<typeof symptom>;

/** Reads knowledge/file-symptoms.yaml. */
export function parseFileSymptoms(raw: unknown): readonly FileSymptom[] {
  return v.parse(fileSymptoms, raw).symptoms;
}
