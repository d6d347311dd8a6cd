import type { Json } from "../../../kernel/json.ts";
import { listOf, objectOf, textOf } from "../../../model/front-matter.ts";
import { readYaml } from "../../../model/yaml-json.ts";
import { safeLink } from "./links.ts";

/** What a funding file asks for. */
export type Funding = {
  /** Pages to give at, none of which was opened. */
  readonly links: readonly string[];
  /** Entries that are no name and no safe address. */
  readonly refused: number;
};

/** Entries of one service: forges take four (CWE-400). */
const ENTRIES_MAX = 4;

/** Names of accounts; anything else would change the address that it is put into (CWE-74). */
const ACCOUNT = /^[A-Za-z0-9][A-Za-z0-9._/@-]{0,99}$/u;

/**
 * Reads a FUNDING.yml: accounts by service, and addresses under `custom`.
 * @returns what it asks for, or why it cannot be read
 */
export function readFunding(
  text: string,
  services: Readonly<Record<string, string>>,
): Funding | string {
  const document = readYaml(text);
  if (document.kind === "bad") return document.reason;
  const fields = objectOf(document.value);
  if (fields === undefined) {
    return document.value === null ? { links: [], refused: 0 } : "it is not a list of names";
  }
  const links: string[] = [];
  let refused = 0;
  for (const [service, value] of Object.entries(fields)) {
    const template = Object.hasOwn(services, service) ? services[service] : undefined;
    if (template === undefined && service !== "custom") continue;
    for (const entry of entriesOf(value)) {
      const link = linkOf(entry, template);
      if (link === undefined) refused += 1;
      else links.push(link);
    }
  }
  return { links, refused };
}

function entriesOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null || value === "") return [];
  return (listOf(value) ?? [value]).slice(0, ENTRIES_MAX);
}

function linkOf(entry: Json, template: string | undefined): string | undefined {
  const text = textOf(entry);
  if (text === undefined) return undefined;
  if (template === undefined) return safeLink(text.includes("://") ? text : `https://${text}`);
  return ACCOUNT.test(text) && !text.includes("..") ? template.replace("{}", text) : undefined;
}
