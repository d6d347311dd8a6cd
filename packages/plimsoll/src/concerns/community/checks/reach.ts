import { defineCheck } from "../../../kernel/check.ts";
import { unread } from "../../../kernel/unread.ts";
import type { EvidenceTypes } from "../../../kernel/evidence.ts";
import { readFunding } from "../giving/funding.ts";
import { purposefulLinks, type LinkPurpose } from "../giving/links.ts";
import { parseCommunityFacts, type CommunityFacts } from "../schema.ts";

/** Links told of one purpose; the rest is counted. */
const LINKS_SHOWN = 4;

export default defineCheck({
  id: "community/reach",
  code: "PLM-COM-004",
  title: "Where to ask, to report and to give back",
  why: "Help, corrections and money reach those who made a model only where they say how.",
  source: {
    url: "https://github.com/github/docs/blob/032251bd4fa2dd80d9ebc33390a1d0f75b5b4bb4/content/communities/setting-up-your-project-for-healthy-contributions/creating-a-default-community-health-file.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["card", "paperwork"],
  limits: [
    "ways to reach the publisher are seen in the card and in the usual pages beside it; no address was opened, and whether anybody answers there is not known",
    "the discussions that a hub offers on the model's page are not in its files",
  ],
  page: {
    detects:
      "Looks in the card for links to issue trackers, discussions, chats and pages to give at, and beside it for FUNDING.yml, CITATION.cff, SECURITY, SUPPORT, CONTRIBUTING, CODE_OF_CONDUCT, GOVERNANCE and MAINTAINERS, in the top folder, `.github` and `docs`. Only `https` addresses are told, with hosts in ASCII; none is opened.",
    levels: {
      note: "each way that is stated, and that none is.",
      unknown: "a page could not be read.",
    },
    mend: "Report what you find where the publisher asks for it, security flaws first of all as SECURITY says. Where no way is stated, the hub's discussion page is what is left. A good report or a correction is worth as much as money.",
  },
  messages: {
    tracker: (a: LinkEvidence) => `questions and reports: ${listed(a)}`,
    chat: (a: LinkEvidence) => `a place to talk: ${listed(a)}`,
    funding: (a: LinkEvidence) => `a place to give: ${listed(a)}`,
    refused: (a: { count: number }) =>
      `in the funding file, ${a.count === 1 ? "one entry is" : `${a.count} entries are`} neither an account name nor a plain https address: do not follow`,
    papers: (a: { files: readonly string[] }) =>
      `pages that say how to take part: ${a.files.join(", ")}`,
    none: () => "nothing in these files says where to ask, to report a flaw or to give back",
  },
  *run({ card, paperwork }, { knowledge }, finding) {
    const facts = knowledge.read("community", parseCommunityFacts);
    if (card === null && paperwork.length === 0) return "not-applicable";
    const said = cardLinks(card, facts);
    for (const { purpose, links, file } of said) {
      const evidence = { links: links.slice(0, LINKS_SHOWN), count: links.length };
      yield finding.note(purpose, evidence, { file });
    }
    let isSilent = said.length === 0;
    for (const { file, text } of paperwork.filter(isFunding)) {
      const funding = readFunding(text, facts.funding.services);
      if (typeof funding === "string") {
        isSilent = false;
        yield unread(file, `it is no funding file: ${funding}`);
        continue;
      }
      const { links, refused } = funding;
      if (links.length > 0) {
        isSilent = false;
        const evidence = { links: links.slice(0, LINKS_SHOWN), count: links.length };
        yield finding.note("funding", evidence, { file });
      }
      if (refused > 0) yield finding.note("refused", { count: refused }, { file });
    }
    const papers = paperwork.filter((one) => !isFunding(one));
    if (papers.length > 0) {
      yield finding.note("papers", { files: papers.map(({ file }) => file) });
    } else if (isSilent) yield finding.note("none", undefined, { file: card?.file });
  },
});

function isFunding({ base }: { readonly base: string }): boolean {
  return base.startsWith("funding.");
}

type LinkEvidence = { readonly links: readonly string[]; readonly count: number };

function listed({ links, count }: LinkEvidence): string {
  const more = count - links.length;
  return `${links.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function cardLinks(
  card: EvidenceTypes["card"],
  facts: CommunityFacts,
): readonly { purpose: LinkPurpose; links: readonly string[]; file: string }[] {
  if (card === null) return [];
  const found = purposefulLinks(card.body, facts.links);
  return (["tracker", "chat", "funding"] as const).flatMap((purpose) => {
    const links = found.filter((one) => one.purpose === purpose).map(({ link }) => link);
    return links.length === 0 ? [] : [{ purpose, links, file: card.file }];
  });
}
