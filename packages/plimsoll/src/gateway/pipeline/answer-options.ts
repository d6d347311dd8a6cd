import type { KeptPiece } from "../bodies/gather.ts";
import type { ReleasedDelta } from "../released.ts";
import type { AppliedEdit, Halt, PolicyGuard } from "./guards.ts";

/** What an answer is watched by and where it goes. */
export type AnswerOptions = {
  readonly guards: readonly PolicyGuard[];
  /** True when the answer must be JSON. */
  readonly isJson: boolean;
  /** Surrogates of the request and what they stand for. */
  readonly originals: ReadonlyMap<string, string>;
  readonly replace: (edit: AppliedEdit, original: string) => string;
  /** True when the client asked for log-probabilities and may have them. */
  readonly hasLogprobs: boolean;
  readonly sink: AnswerSink;
};

/** Who takes a watched answer. After `halt` nothing comes but `done`. */
export type AnswerSink = {
  readonly release: (delta: ReleasedDelta) => void;
  readonly edited: (edit: AppliedEdit) => void;
  readonly halt: (halt: Halt) => void;
  /** What guards let go, before surrogates are put back in it; for whoever keeps it. */
  readonly kept?: ((piece: KeptPiece) => void) | undefined;
  /** Everything that may leave has left. */
  readonly done: () => void;
};
