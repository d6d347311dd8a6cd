import { refused } from "./refused.ts";

/** Where a request goes, and what is sent along. */
export type Target = { readonly url: URL; readonly headers: Readonly<Record<string, string>> };

/** Codes that send elsewhere (RFC 9110, section 15.4). */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Headers that say nothing about who asks. */
const HARMLESS: ReadonlySet<string> = new Set(["accept", "user-agent"]);

/** True for an answer that names another address. */
export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

/**
 * The address to begin with.
 * @throws FormatError `io` when it is not one that we go to.
 */
export function firstTarget(
  address: string,
  headers: Readonly<Record<string, string>>,
  id: string,
): Target {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !isWeb(url)) throw refused(id, "its address is not http or https");
  if (url.username !== "" || url.password !== "") {
    throw refused(id, "its address holds a password: send it in a header");
  }
  return { url, headers };
}

/**
 * Where a redirect leads. Headers of the caller stay behind when host, port or scheme change: what is meant
 * for a hub must not reach the store it sends to (CWE-522). They do not come back on the way.
 * @throws FormatError `io` for a redirect to nowhere, or from https to http.
 */
export function nextTarget(from: Target, location: string | null, id: string): Target {
  const isAddress = location !== null && URL.canParse(location, from.url.href);
  const url = isAddress ? new URL(location, from.url.href) : undefined;
  if (url === undefined || !isWeb(url)) throw refused(id, "a redirect leads nowhere");
  if (url.username !== "" || url.password !== "") throw refused(id, "a redirect holds a password");
  if (from.url.protocol === "https:" && url.protocol !== "https:") {
    throw refused(id, "a redirect leads from https to http");
  }
  if (url.origin === from.url.origin) return { url, headers: from.headers };
  const kept = Object.entries(from.headers).filter(([name]) => HARMLESS.has(name.toLowerCase()));
  return { url, headers: Object.fromEntries(kept) };
}

/** An address as it may be shown. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return "the address";
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}

function isWeb({ protocol }: URL): boolean {
  return protocol === "https:" || protocol === "http:";
}
