import type { ReleasedDelta } from "../released.ts";
import { endOf } from "./reviewed.ts";

/** A piece of an answer without what an engine's cuts make of it. */
type Segment = { readonly key: string; readonly text: string; readonly delta: ReleasedDelta };

/**
 * What is left of a whole answer after its beginning left; undefined when what left is not its beginning, so that
 * the two cannot be told as one.
 */
export function restAfter(
  sent: readonly ReleasedDelta[],
  whole: readonly ReleasedDelta[],
): readonly ReleasedDelta[] | undefined {
  const gone = joined(segmentsOf(sent));
  const all = joined(segmentsOf(whole));
  const last = gone.length - 1;
  for (const [at, { key, text }] of gone.entries()) {
    const own = all[at];
    if (own?.key !== key) return undefined;
    if (at < last ? own.text !== text : !own.text.startsWith(text)) return undefined;
  }
  if (last < 0) return whole;
  const from = gone[last]?.text.length ?? 0;
  return all.slice(last).flatMap(({ delta }, at) => (at === 0 ? cutFrom(delta, from) : [delta]));
}

function segmentsOf(deltas: readonly ReleasedDelta[]): readonly Segment[] {
  return deltas.flatMap((delta): readonly Segment[] => {
    switch (delta.kind) {
      case "usage":
        return [];
      case "finish":
        return [{ key: `finish ${delta.choice} ${delta.reason}`, text: "", delta }];
      case "tool": {
        const { kind, choice, index, name, args } = delta;
        const of = `${choice} ${index}`;
        return [
          ...(name === undefined
            ? []
            : [{ key: `name ${of}`, text: name, delta: { kind, choice, index, name } }]),
          ...(args === undefined || args === ""
            ? []
            : [{ key: `args ${of}`, text: args, delta: { kind, choice, index, args } }]),
        ];
      }
      case "text":
      case "reasoning":
      case "refusal":
        return delta.text === ""
          ? []
          : [{ key: `${delta.kind} ${delta.choice}`, text: delta.text, delta }];
    }
  });
}

/** Pieces of one channel that follow each other are one; of a whole answer each is already. */
function joined(segments: readonly Segment[]): readonly Segment[] {
  const all: Segment[] = [];
  for (const segment of segments) {
    const last = all.at(-1);
    const isNext = last?.key === segment.key && !segment.key.startsWith("name");
    if (last !== undefined && isNext)
      all[all.length - 1] = { ...last, text: last.text + segment.text };
    else all.push(segment);
  }
  return all;
}

function cutFrom(delta: ReleasedDelta, from: number): readonly ReleasedDelta[] {
  switch (delta.kind) {
    case "usage":
    case "finish":
      return [];
    case "tool": {
      const { kind, choice, index, args } = delta;
      return args === undefined || args.length <= from
        ? []
        : [{ kind, choice, index, args: endOf(args, from) }];
    }
    case "text":
    case "reasoning":
    case "refusal": {
      const { kind, choice, text } = delta;
      // Which tokens spell the rest alone is not known.
      return text.length <= from ? [] : [{ kind, choice, text: endOf(text, from) }];
    }
  }
}
