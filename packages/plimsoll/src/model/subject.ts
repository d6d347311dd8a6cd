import type { Snapshot } from "./snapshot.ts";

/** What a model's evidence is computed from. */
export type ModelSubject = { readonly snapshot: Snapshot };
