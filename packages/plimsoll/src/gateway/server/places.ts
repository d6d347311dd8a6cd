/** Where a request goes, by method and path alone. */
export type Place =
  | { readonly kind: "turn"; readonly dialect: "chat" | "completions" | "responses" | "messages" }
  | { readonly kind: "embeddings" }
  | { readonly kind: "count-tokens" }
  | { readonly kind: "models" }
  | { readonly kind: "model"; readonly id: string }
  | { readonly kind: "card"; readonly id: string }
  | { readonly kind: "receipt"; readonly id: string }
  | { readonly kind: "held"; readonly id: string }
  /** Known, but not by this method. */
  | { readonly kind: "method"; readonly allow: string }
  | { readonly kind: "unknown" };

const POSTS: Readonly<Record<string, Place>> = {
  "/v1/chat/completions": { kind: "turn", dialect: "chat" },
  "/v1/completions": { kind: "turn", dialect: "completions" },
  "/v1/responses": { kind: "turn", dialect: "responses" },
  "/v1/messages": { kind: "turn", dialect: "messages" },
  "/v1/messages/count_tokens": { kind: "count-tokens" },
  "/v1/embeddings": { kind: "embeddings" },
};

/** Finds the place of a request under `/v1/`; ids of models may hold slashes, raw or encoded. */
export function placeOf(method: string, url: string): Place {
  const path = url.split("?", 1)[0] ?? "";
  if (Object.hasOwn(POSTS, path)) {
    const place = POSTS[path] ?? { kind: "unknown" };
    return method === "POST" ? place : { kind: "method", allow: "POST" };
  }
  const place = getPlaceOf(path);
  if (place.kind === "unknown") return place;
  return method === "GET" || method === "HEAD" ? place : { kind: "method", allow: "GET" };
}

function getPlaceOf(path: string): Place {
  if (path === "/v1/models") return { kind: "models" };
  const model = restOf(path, "/v1/models/");
  if (model !== undefined) {
    return model.endsWith("/card")
      ? { kind: "card", id: model.slice(0, -"/card".length) }
      : { kind: "model", id: model };
  }
  const receipt = restOf(path, "/v1/plimsoll/receipts/");
  if (receipt !== undefined) return { kind: "receipt", id: receipt };
  const held = restOf(path, "/v1/plimsoll/held/");
  return held === undefined ? { kind: "unknown" } : { kind: "held", id: held };
}

/** What follows a beginning, decoded; undefined when it is not there or cannot be decoded. */
function restOf(path: string, start: string): string | undefined {
  if (!path.startsWith(start) || path.length === start.length) return undefined;
  try {
    return decodeURIComponent(path.slice(start.length));
  } catch {
    // A broken escape names nothing.
    return undefined;
  }
}
