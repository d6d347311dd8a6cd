import { safeParse, type BaseIssue, type GenericSchema, type InferOutput } from "valibot";

import type { JsonObject } from "../../kernel/json.ts";
import type { KeyRole } from "../../store/contract.ts";
import type { Caller } from "../keys/contract.ts";
import type { AdminPorts } from "./contract.ts";
import { problem, type FieldProblem, type Problem, type ProblemCode } from "./problem.ts";
import { numbersIn } from "./query.ts";

/** What a route answers. */
export type RouteAnswer =
  | { readonly kind: "answered"; readonly body: JsonObject }
  /** A text that may be longer than memory. */
  | { readonly kind: "streamed"; readonly type: string; readonly chunks: AsyncIterable<string> }
  | { readonly kind: "refused"; readonly problem: Problem };

/** A request to a route, before anything of it was read. */
export type RawAsk = {
  readonly path: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly by: Caller;
  readonly request: string;
};

/** A request that is as the route's schemas say. */
export type ReadAsk<P extends GenericSchema, Q extends GenericSchema, B extends GenericSchema> = {
  readonly path: InferOutput<P>;
  readonly query: InferOutput<Q>;
  readonly body: InferOutput<B>;
  readonly by: Caller;
  readonly request: string;
};

/** One route: the single source of what is checked, documented and tested. */
export type RouteOf<P extends GenericSchema, Q extends GenericSchema, B extends GenericSchema> = {
  readonly method: "GET" | "POST";
  /** With `{name}` for what varies. */
  readonly at: `/admin/api/${string}`;
  readonly id: string;
  readonly summary: string;
  /** Roles of which a key needs one. */
  readonly roles: readonly KeyRole[];
  readonly path: P;
  readonly query: Q;
  /** What a body must be; for a GET there is none. */
  readonly body: B;
  readonly answer: GenericSchema;
  /** Media types of an answer that is a stream; JSON by `answer` where there are none. */
  readonly streams?: readonly string[];
  /** True where it answers also while the store cannot be had: of what is in memory, to a key that was good last. */
  readonly standsAlone?: true;
  /** Codes that it may answer with, besides those that every route has. */
  readonly codes: readonly ProblemCode[];
  readonly run: (ask: ReadAsk<P, Q, B>, ports: AdminPorts) => RouteAnswer | Promise<RouteAnswer>;
};

/** A route as the server and the documentation see it. */
export type AdminRoute = Omit<RouteOf<GenericSchema, GenericSchema, GenericSchema>, "run"> & {
  readonly handle: (ask: RawAsk, ports: AdminPorts) => Promise<RouteAnswer>;
};

/** Makes a route that reads what it is asked by its own schemas, and refuses with every problem at once. */
export function defineRoute<
  P extends GenericSchema,
  Q extends GenericSchema,
  B extends GenericSchema,
>(route: RouteOf<P, Q, B>): AdminRoute {
  const { run, ...told } = route;
  return {
    ...told,
    handle: async ({ by, request, ...raw }, ports) => {
      const path = safeParse(route.path, raw.path);
      const query = safeParse(route.query, numbersIn(route.query, raw.query));
      const body = safeParse(route.body, raw.body);
      if (path.success && query.success && body.success) {
        const read = { path: path.output, query: query.output, body: body.output };
        return run({ ...read, by, request }, ports);
      }
      const problems = [
        ...problemsOf("path", path.issues),
        ...problemsOf("query", query.issues),
        ...problemsOf("body", body.issues),
      ].slice(0, PROBLEMS_MAX);
      return refused("bad_request", "The request is not as this route takes it.", { problems });
    },
  };
}

/** An answer. */
export function answered(body: JsonObject): RouteAnswer {
  return { kind: "answered", body };
}

/** A refusal. */
export function refused(
  code: ProblemCode,
  message: string,
  detail: Omit<Problem, "code" | "message"> = {},
): RouteAnswer {
  return { kind: "refused", problem: problem(code, message, detail) };
}

/** Problems that are told at once: a body of a thousand wrong fields is no reason for a long answer (CWE-770). */
const PROBLEMS_MAX = 20;

/** Characters of a field's name that are told. */
const NAME_MAX = 40;

function problemsOf(
  part: string,
  issues: readonly BaseIssue<unknown>[] | undefined,
): readonly FieldProblem[] {
  return (issues ?? []).map((issue) => {
    const at = [part, ...(issue.path ?? []).map(({ key }) => nameOf(key))].join(".");
    return { at, message: wordsOf(issue) };
  });
}

/** A field's name, where it is one that could be ours: what somebody else wrote is not sent back. */
function nameOf(key: unknown): string {
  const name = String(key);
  return name.length <= NAME_MAX && /^[\w-]+$/u.test(name) ? name : "(a name)";
}

const WORDS: Readonly<Record<string, string>> = {
  max_length: "it is longer than",
  min_length: "it is shorter than",
  max_value: "it is more than",
  min_value: "it is less than",
};

/** What is wrong, in words of ours: valibot's own quote the value. */
function wordsOf({ type, expected, received, message, requirement }: BaseIssue<unknown>): string {
  const bound = WORDS[type];
  if (bound !== undefined) return `${bound} ${Number(requirement)}`;
  if (expected === "never") return "there is no such field";
  if (received === "undefined") return "it is missing";
  switch (type) {
    case "check":
      return message;
    case "picklist":
      return `it is none of ${expected ?? ""}`;
    case "regex":
      return "it is not of the form that it has";
    case "integer":
      return "it is no whole number";
    case "strict_object":
      return "it is no object";
    default:
      return `it is no ${type.replaceAll("_", " ")}`;
  }
}
