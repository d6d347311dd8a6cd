import type { Concern } from "./concern.ts";
import type { Knowledge } from "./knowledge.ts";

/** What kind of text a channel carries. A secret in a tool's arguments leaks as surely as one in an answer. */
export type ChannelKind = "text" | "reasoning" | "refusal" | "tool-name" | "tool-args" | "citation";

/** On which side of the engine a text is met. */
export type GuardSide = "request" | "response";

/**
 * A stretch of text that a guard wants replaced. Offsets are UTF-16 code units from the start of the channel,
 * so that they stay true however the text was cut into pieces.
 */
export type GuardEdit = {
  readonly start: number;
  readonly end: number;
  /** What was found, such as `email` or `aws-access-token`: a stable name, never the text. */
  readonly type: string;
  /** The rule that found it. */
  readonly rule: string;
  /** Text to put there in place of what the pipeline would: a guard that has no opinion leaves it out. */
  readonly replacement?: string;
};

/** What a guard decides about a channel. `redact` means: go on, with the edits. */
export type GuardDecision =
  | { readonly kind: "allow"; readonly notes?: readonly string[] }
  | { readonly kind: "redact" }
  | { readonly kind: "block"; readonly reason: string }
  | { readonly kind: "hold"; readonly reason: string };

/** The answer to one push. */
export type ScanStep = {
  /** The offset before which nothing can change any more: no later text can make an edit begin before it. */
  readonly safe: number;
  /** Edits found since the last step, in order, none over another; an edit ends at or before `safe`. */
  readonly edits: readonly GuardEdit[];
  /** Absent while the guard has no objection. */
  readonly decision?: GuardDecision;
};

/** Scans one channel of one turn, from its first character to its last. */
export type Scanner = {
  /**
   * Takes the next piece of text; `end` says that no more will come.
   *
   * Pieces may be cut anywhere, even within a surrogate pair, and may be empty. The result must not depend on
   * where they are cut. A guard that throws, or answers later than it may, is decided by the pipeline.
   *
   * `mayGoOn` is true for an end at which an engine turned to another channel: it may come back, and what is only
   * known by what follows can then no longer be taken back. A guard that cares looks more closely there.
   */
  readonly push: (text: string, end: boolean, mayGoOn?: boolean) => ScanStep | Promise<ScanStep>;
};

/**
 * The work that looking at one turn may cost, shared by all that look. Natural text costs a fraction of it; a text
 * made to be slow comes to its end, and a scanner that may not go on says so with a `block`.
 */
export type ScanBudget = {
  /** Tells of work done, in steps of about a tenth of a microsecond; false when there is none left. */
  readonly spend: (steps: number) => boolean;
};

/** What a scanner is opened for. */
export type ScanContext = {
  readonly side: GuardSide;
  readonly channel: ChannelKind;
  /** True when the text is JSON: tool arguments, and answers under a schema. */
  readonly isJson: boolean;
  /** Without one nothing is counted. */
  readonly budget?: ScanBudget;
};

/** A guard made ready: patterns compiled, once for the life of a policy. */
export type OpenGuard = {
  /** Opens a scanner for one channel of one turn. */
  readonly open: (context: ScanContext) => Scanner;
};

/** A guard: inspects or changes traffic. `guards/NAME.ts` of a concern exports one by default. */
export type Guard = {
  /** `concern/name`, such as `privacy/personal-data`. */
  readonly id: `${Concern}/${string}`;
  /** Stable code, such as `PLM-PRI-050`. */
  readonly code: string;
  readonly title: string;
  readonly why: string;
  /** Changes whenever what it finds changes; a receipt names it. */
  readonly version: string;
  readonly sides: readonly GuardSide[];
  readonly channels: readonly ChannelKind[];
  /** What to do with what it finds when the policy does not say. */
  readonly mode: GuardMode;
  /** What it cannot see, as clauses a user understands. */
  readonly limits: readonly string[];
  /** Everything that `only` may name: its rules, or the types that it finds. */
  readonly names: (knowledge: Knowledge) => readonly string[];
  /** Compiles it. `only` narrows to these rules or types; absent for all. */
  readonly prepare: (options: {
    readonly knowledge: Knowledge;
    readonly only?: readonly string[] | undefined;
  }) => OpenGuard;
};

/** A guard as the registry holds it: loaded only when a policy uses it. */
export type GuardEntry = Pick<Guard, "id" | "code" | "title"> & {
  readonly load: () => Promise<Guard>;
};

/** What a policy does with what a guard finds. `observe` lets it through and the receipt says so. */
export type GuardMode = "redact" | "block" | "hold" | "observe";

/** Defines a guard; the registry collects what `guards/NAME.ts` exports by default. */
export function defineGuard(guard: Guard): Guard {
  return guard;
}
