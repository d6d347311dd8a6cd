import type { TensorRef } from "@plimsoll/formats";

import type { Variant } from "../../../model/variant.ts";

/** Bytes of weights that computing one token reads. */
export type ActiveBytes = {
  readonly all: number;
  /** Read for each token: without the rows of other tokens, the experts it does not pass, and towers. */
  readonly active: number;
  /** True when the model has experts, of which a token passes some. */
  readonly hasExperts: boolean;
  /** Why `active` is no more than a bound from above; undefined where it was counted. */
  readonly bound?: string;
};

/** The table of tokens, of which one row is read unless it is the output table too. */
const EMBEDDING =
  /(?:^|\.)(?:embed_tokens|embed_in|token_embd|tok_embeddings|wte|word_embeddings)\.weight$/u;

const OUTPUT = /(?:^|\.)(?:lm_head|embed_out|output)\.weight$/u;

/** Experts that a token chooses among; shared ones (`shared_experts`, `shexp`) work on every token. */
const EXPERTS = /(?:^|\.)experts(?:[._]|$)|_exps(?:\.|$)/u;

/** Towers that turn pictures or sound into tokens work once, before the first. */
const TOWERS = /(?:^|\.)(?:v|vision|visual|audio|vpm|sam)(?:_\w{1,20})?\./u;

/** Sums up what one token reads; undefined where even the bytes of all tensors are not known. */
export function activeBytes(variant: Variant): ActiveBytes | undefined {
  const { tensors, tensorBytes: all, missing, shape } = variant;
  if (all === "unknown" || missing.count > 0) return undefined;
  const atMost = (bound: string, hasExperts = false): ActiveBytes => ({
    all,
    active: all,
    hasExperts,
    bound,
  });
  if (tensors === "unknown") return atMost("the tensors of pickled weights are not read");
  const stated = shape.kind === "shape" ? shape.experts : undefined;
  const isExpert = ({ name, shape: sizes }: TensorRef): boolean =>
    EXPERTS.test(name) || (stated !== undefined && sizes.length > 2 && sizes[0] === stated.count);
  const experts = bytesOf(tensors, isExpert);
  if (stated === undefined && experts > 0) {
    return atMost("how many of its experts work is not stated", true);
  }
  if (stated !== undefined && experts === 0) {
    return atMost("its experts have names that this version does not know", true);
  }
  const idle = stated === undefined ? 0 : experts * (1 - stated.used / stated.count);
  // A table that is both ends of the model is read whole for the output.
  const isTied = !tensors.some(({ name }) => OUTPUT.test(name));
  const rows = isTied ? 0 : bytesOf(tensors, ({ name }) => EMBEDDING.test(name));
  const towers = bytesOf(tensors, ({ name }) => TOWERS.test(name));
  return { all, active: Math.round(all - idle - rows - towers), hasExperts: experts > 0 };
}

function bytesOf(tensors: readonly TensorRef[], test: (tensor: TensorRef) => boolean): number {
  let sum = 0;
  for (const tensor of tensors) {
    if (tensor.bytes !== "unknown" && test(tensor)) sum += tensor.bytes;
  }
  return sum;
}
