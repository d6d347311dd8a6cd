import type { CommunityFacts } from "../schema.ts";

/** What a link is for. */
export type LinkPurpose = "funding" | "tracker" | "chat";

/** Links of a page that are looked at; a page of a million links is an attack on the reader (CWE-400). */
const LINKS_MAX = 2_000;

/** Characters of an address; longer ones are no address that a person wrote. */
const LINK_MAX_CHARACTERS = 400;

/**
 * An address that may be shown to be opened: `https`, no account in it, and a host written in ASCII, so that a name in
 * other letters that looks like a known one does not pass for it.
 */
export function safeLink(text: string): string | undefined {
  if (text.length > LINK_MAX_CHARACTERS || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "") return undefined;
  return url.hostname.includes(".") ? url.href : undefined;
}

/** The links of a page that say how to reach or fund somebody, each once, in the order of the page. */
export function purposefulLinks(
  page: string,
  facts: CommunityFacts["links"],
): readonly { readonly purpose: LinkPurpose; readonly link: string }[] {
  const found = new Map<string, LinkPurpose>();
  let tried = 0;
  for (const match of page.matchAll(/https?:\/\/[^\s<>()[\]"'`|，。、）」]{4,400}/giu)) {
    tried += 1;
    if (tried > LINKS_MAX) break;
    const link = safeLink(match[0].replace(/^http:/iu, "https:").replace(/[.,;:!?]+$/u, ""));
    if (link === undefined || found.has(link)) continue;
    const purpose = purposeOf(link, facts);
    if (purpose !== undefined) found.set(link, purpose);
  }
  return Array.from(found, ([link, purpose]) => ({ purpose, link }));
}

function purposeOf(link: string, facts: CommunityFacts["links"]): LinkPurpose | undefined {
  const { hostname, pathname } = new URL(link);
  const place = `${hostname.replace(/^www\./u, "")}${pathname}`;
  return (["funding", "tracker", "chat"] as const).find((purpose) =>
    facts[purpose].some((pattern) => fits(place, pattern)),
  );
}

/** True when a place begins as the pattern says: `*` stands for one part of the path, an end on `/` for any name after it. */
function fits(place: string, pattern: string): boolean {
  const wanted = pattern.split("/");
  const given = place.split("/");
  return wanted.every((part, index) => {
    const own = given[index];
    if (own === undefined) return false;
    // `discord.gg/` asks for a name after it.
    return part === "*" || part === "" ? own !== "" : own.toLowerCase() === part;
  });
}
