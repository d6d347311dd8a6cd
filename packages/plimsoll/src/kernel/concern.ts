/** The ten questions of the product, in the order every report shows them. */
export const CONCERNS = [
  "security",
  "quality",
  "ethics",
  "resources",
  "support",
  "licensing",
  "lineage",
  "privacy",
  "ease",
  "community",
] as const;

/** One of the ten concerns. */
export type Concern = (typeof CONCERNS)[number];

/** What a user wants to know of each concern. */
export const CONCERN_QUESTIONS = {
  security: "Can these files run code, crash my runtime or hide a backdoor?",
  quality: "Is it good enough for my task?",
  ethics: "Will it hurt, mislead or treat groups unequally?",
  resources: "Does it fit, and what does it cost?",
  support: "It broke: what now, and who helps?",
  licensing: "May I use it for this, and what do I owe?",
  lineage: "What is it really derived from?",
  privacy: "Does it leak what it was taught or what I type?",
  ease: "Can a newcomer run it without a degree?",
  community: "Will anyone still mend this next year?",
} as const satisfies Record<Concern, string>;

/** The three letters that a concern's finding codes carry: `PLM-SEC-001`. */
export const CONCERN_LETTERS = {
  security: "SEC",
  quality: "QUA",
  ethics: "ETH",
  resources: "RES",
  support: "SUP",
  licensing: "LIC",
  lineage: "LIN",
  privacy: "PRI",
  ease: "EAS",
  community: "COM",
} as const satisfies Record<Concern, string>;

/** The code of a finding's check, such as `PLM-SEC-001`. Its meaning never changes. */
export type FindingCode = `PLM-${(typeof CONCERN_LETTERS)[Concern]}-${string}`;

/** True for one of the ten words. */
export function isConcern(word: string): word is Concern {
  return CONCERNS.some((concern) => concern === word);
}
