import type { PlimsollErrorCode } from "../../kernel/error.ts";
import type { VetOptions, VetResult } from "./vet.ts";

/** What a vet needs to know, as plain data that can cross into a worker. */
export type VetJob = Pick<
  VetOptions,
  "reference" | "cwd" | "setting" | "policy" | "only" | "evidence" | "now" | "packageRoot"
>;

/** What a worker is started with. */
export type WorkerStart = {
  readonly job: VetJob;
  readonly skip: NonNullable<VetOptions["skip"]>;
  readonly beats: SharedArrayBuffer;
};

/** How a worker ends: with the result, or with an error taken apart, since classes do not cross. */
export type WorkerEnd =
  | { readonly kind: "done"; readonly result: VetResult }
  | {
      readonly kind: "refused";
      readonly code: PlimsollErrorCode;
      readonly message: string;
      readonly hint: string;
      readonly docs: string | undefined;
    }
  | { readonly kind: "broken"; readonly message: string; readonly stack: string | undefined };
