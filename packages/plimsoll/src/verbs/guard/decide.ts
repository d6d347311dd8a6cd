import type { GuardDecision } from "../../kernel/guard.ts";
import { WorkBudget } from "../../gateway/pipeline/budget.ts";
import { Gate } from "../../gateway/pipeline/gate.ts";
import {
  guardsFor,
  type AppliedEdit,
  type Halt,
  type PolicyGuard,
} from "../../gateway/pipeline/guards.ts";
import { Surrogates } from "../../gateway/pipeline/surrogates.ts";
import { surrogatesIn } from "../../gateway/pipeline/taken.ts";
import { Tally } from "../../gateway/pipeline/tally.ts";

/** What the guards make of one text. */
export type TextDecision = {
  readonly decision: GuardDecision["kind"];
  /** The text as it would go on; empty when it would not. */
  readonly text: string;
  /** What was found, by UTF-16 offsets in the text that came in. */
  readonly spans: readonly {
    readonly start: number;
    readonly end: number;
    readonly type: string;
    readonly rule: string;
  }[];
};

/**
 * Runs one text through the pipeline of requests, as the gateway would. Of a text that does not go on, the spans
 * are told all the same: what every guard finds when none of them stops it.
 */
export async function decideText(
  text: string,
  guards: readonly PolicyGuard[],
): Promise<TextDecision> {
  const decided = await decideOnce(text, guards);
  if (decided.decision !== "block" && decided.decision !== "hold") return decided;
  const observing = guards.map((guard): PolicyGuard => ({ ...guard, mode: "observe" }));
  const { spans } = await decideOnce(text, observing);
  return { ...decided, spans };
}

async function decideOnce(text: string, guards: readonly PolicyGuard[]): Promise<TextDecision> {
  const surrogates = new Surrogates(surrogatesIn([text]));
  const edits: AppliedEdit[] = [];
  let passed = "";
  const halts: Halt[] = [];
  const gate = new Gate(
    guardsFor(guards, "request", "text"),
    { side: "request", channel: "text", isJson: false, budget: new WorkBudget() },
    {
      pass: (one) => {
        passed += one.text;
        edits.push(...one.edits);
      },
      halt: (why) => halts.push(why),
      replace: (edit, original) => surrogates.take(edit, original),
    },
    new Tally().of("text"),
  );
  gate.push(text, true);
  await gate.busy;
  const spans = edits.map(({ start, end, type, rule }) => ({ start, end, type, rule }));
  const [halt] = halts;
  if (halt !== undefined) return { decision: halt.kind, text: "", spans };
  const isChanged = edits.some(({ isApplied }) => isApplied);
  return { decision: isChanged ? "redact" : "allow", text: passed, spans };
}
