import type { Concern, FindingCode } from "./concern.ts";
import type { EvidenceName, EvidenceValues } from "./evidence.ts";
import type { Finding, Level, Place, Remedy } from "./finding.ts";
import type { JsonObject } from "./json.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Setting } from "./setting.ts";
import type { Unread } from "./unread.ts";

/** Says one finding in a sentence. A method type, since each message has arguments of its own. */
type Message = { say(args: JsonObject): string }["say"];

/** The words of a check's findings, by key; arguments become the finding's evidence. */
export type Messages = Readonly<Record<string, Message>>;

type ArgsOf<M extends Messages, K extends keyof M> = Parameters<M[K]>[0];

/** Makes findings of one level from the check's messages. */
export type FindingMaker<M extends Messages> = <K extends keyof M & string>(
  key: K,
  args: ArgsOf<M, K>,
  at?: Place,
  detail?: {
    readonly remedy?: Remedy;
    /** Say false when the thing was seen but not judged: the check then is unknown at least. */
    readonly judged?: boolean;
  },
) => Finding;

/** What a check makes its findings with. */
export type FindingFactory<M extends Messages> = Readonly<Record<Level, FindingMaker<M>>>;

/** What a check may know beside its evidence. */
export type CheckContext = {
  readonly setting: Setting;
  readonly knowledge: Knowledge;
  /** The time of the run; checks have no other clock. */
  readonly now: Date;
};

/** What an answer rests on: bytes that were read, words the publisher declared, or a measurement. */
export type Basis = "read" | "declared" | "measured";

/** The words of a check's page in docs/findings and of `plimsoll explain`. */
export type CheckPage = {
  /** What it looks at and how, in a paragraph. */
  readonly detects: string;
  /** When each level is given. */
  readonly levels: Readonly<Partial<Record<Level | "unknown", string>>>;
  /** What a person can do about it. */
  readonly mend: string;
};

/** Answers one question from evidence alone: it runs nothing and asks no network. */
export type Check<N extends EvidenceName = EvidenceName, M extends Messages = Messages> = {
  readonly id: `${Concern}/${string}`;
  readonly code: FindingCode;
  readonly title: string;
  /** Why it matters, in one sentence. */
  readonly why: string;
  /** Where the rule comes from, and the day it was read. */
  readonly source: { readonly url: string; readonly read: string };
  readonly basis: Basis;
  readonly needs: readonly N[];
  /** What this version cannot see, printed under every `clear` of the concern. */
  readonly limits: readonly string[];
  readonly page: CheckPage;
  readonly messages: M;
  /** True when its answer is remembered and compared over time. */
  readonly watched?: boolean;
  readonly run: (
    evidence: EvidenceValues<N>,
    context: CheckContext,
    finding: FindingFactory<M>,
  ) => Generator<Finding | Unread, "not-applicable" | void>;
};

/** A check whose own message types no longer matter: what the registry and the runner hold. */
export type AnyCheck = Omit<Check, "needs" | "run" | "messages"> & {
  readonly needs: readonly EvidenceName[];
  readonly messageKeys: readonly string[];
  readonly begin: (
    evidence: EvidenceValues<EvidenceName>,
    context: CheckContext,
  ) => Generator<Finding | Unread, "not-applicable" | void>;
};

/** Defines a check; a check's file exports this by default. */
export function defineCheck<const N extends EvidenceName, M extends Messages>(
  check: Check<N, M>,
): AnyCheck {
  const { run, messages, ...rest } = check;
  const factory = findingFactory(messages);
  return {
    ...rest,
    messageKeys: Object.keys(messages),
    begin: (evidence, context) => run(evidence, context, factory),
  };
}

function findingFactory<M extends Messages>(messages: M): FindingFactory<M> {
  const maker =
    (level: Level): FindingMaker<M> =>
    (key, args, at, detail = {}) => ({
      kind: "finding",
      level,
      key,
      message: messages[key]?.(args) ?? key,
      ...(at === undefined ? {} : { at }),
      evidence: { ...args },
      ...(detail.remedy === undefined ? {} : { remedy: detail.remedy }),
      judged: detail.judged ?? true,
    });
  return { note: maker("note"), caution: maker("caution"), stop: maker("stop") };
}
