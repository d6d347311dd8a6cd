import type { IncomingHttpHeaders } from "node:http";

import type { JsonObject } from "../../kernel/json.ts";
import type { Caller } from "../keys/contract.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { DoorPorts, ServedModel, Serving } from "./contract.ts";
import type { Place } from "./places.ts";

/** What a GET came to. */
export type GetAnswer =
  | { readonly kind: "answered"; readonly json: string }
  | { readonly kind: "refused"; readonly refusal: Refusal };

type GetPlace = Extract<Place, { readonly kind: "models" | "model" | "card" | "receipt" }>;

/** Answers a GET under `/v1/`: models, cards and receipts, each as far as the caller may see it. */
export async function answerGet(
  place: GetPlace,
  caller: Caller,
  headers: IncomingHttpHeaders,
  serving: Serving,
  ports: Pick<DoorPorts, "receipts" | "reviewOf">,
): Promise<GetAnswer> {
  const isAnthropic = headers["anthropic-version"] !== undefined;
  const seen = serving.models.filter(
    ({ alias }) => caller.models.length === 0 || caller.models.includes(alias),
  );
  switch (place.kind) {
    case "models":
      return answered(listOf(seen, isAnthropic));
    case "model": {
      const model = seen.find(({ alias }) => alias === place.id);
      return model === undefined ? NO_MODEL : answered(modelOf(model, isAnthropic));
    }
    case "card": {
      const model = seen.find(({ alias }) => alias === place.id);
      return model === undefined ? NO_MODEL : answered(model.card);
    }
    case "receipt": {
      const receipt = ports.receipts.get(place.id, caller.keyId);
      if (receipt === undefined) return NOTHING;
      return { kind: "answered", json: await withReview(receipt, ports) };
    }
  }
}

/** A receipt of what waited for a person says what became of it, as of now. */
async function withReview(
  { json, held }: NonNullable<ReturnType<DoorPorts["receipts"]["get"]>>,
  { reviewOf }: Pick<DoorPorts, "reviewOf">,
): Promise<string> {
  if (held === undefined) return json;
  const review = await reviewOrNull(held.slice(held.lastIndexOf("/") + 1), reviewOf);
  return `${json.slice(0, -1)},"review":${JSON.stringify(review)}}`;
}

/** Null also when what became of it cannot be told now: all else of the receipt can. */
async function reviewOrNull(
  hold: string,
  reviewOf: DoorPorts["reviewOf"],
): Promise<JsonObject | null> {
  try {
    return (await reviewOf(hold)) ?? null;
  } catch {
    // The store is gone: that is told by everything that needs it.
    return null;
  }
}

const NO_MODEL: GetAnswer = {
  kind: "refused",
  refusal: refuse("model_unknown", "There is no model of this name here."),
};
const NOTHING: GetAnswer = {
  kind: "refused",
  refusal: refuse("route_unknown", "There is none of this name for this key."),
};

function answered(body: JsonObject): GetAnswer {
  return { kind: "answered", json: JSON.stringify(body) };
}

function listOf(models: readonly ServedModel[], isAnthropic: boolean): JsonObject {
  const data = models.map((model) => modelOf(model, isAnthropic));
  if (!isAnthropic) return { object: "list", data };
  return {
    data,
    has_more: false,
    first_id: models[0]?.alias ?? null,
    last_id: models.at(-1)?.alias ?? null,
  };
}

function modelOf({ alias, created }: ServedModel, isAnthropic: boolean): JsonObject {
  if (!isAnthropic) return { id: alias, object: "model", created, owned_by: "plimsoll" };
  const createdAt = new Date(created * 1_000).toISOString();
  return { type: "model", id: alias, display_name: alias, created_at: createdAt };
}
