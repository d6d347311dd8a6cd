import { defineCheck } from "../../../kernel/check.ts";
import { unread } from "../../../kernel/unread.ts";
import { findCardSections } from "../../../model/card-sections/find.ts";
import { parseCardSections } from "../../../model/card-sections/schema.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { parseCommunityFacts } from "../schema.ts";
import { tracesOf, type Trace } from "../traces.ts";

const DAY_MS = 86_400_000;

/** Days after which a model is called old: runtimes, templates and known flaws have moved on by then. */
const OLD_DAYS = 730;

/** Dates that lie ahead are told one by one up to here. */
const FUTURE_SHOWN = 5;

export default defineCheck({
  id: "community/history",
  code: "PLM-COM-001",
  title: "When these files say they were made",
  why: "A model that nobody has touched for years gets no correction when a flaw is found.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/model-cards.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["card", "gguf", "safetensors", "histories", "commits"],
  limits: [
    "whether anybody still looks after the model cannot be seen in its files: no discussions and no other models of the publisher were read",
    "dates are the publisher's words; a citation's year is that of a paper, not of these weights",
    'in running text a date counts where a sentence of the card begins with words such as "Released", or says them of "this model", in eleven languages; days written as 07/23/2024 do not count, since half the world reads them otherwise',
    "times at which files were written to this disk say nothing and are not used",
  ],
  page: {
    detects:
      "Collects the dates that files carry: date fields in the card's front matter, `date-released` in CITATION.cff, dates in lists of changes (in the card or in a file of their own), dates in GGUF and safetensors headers, the last commit of a version history in the folder, sentences of the card that state a release, and years in the card's citations. The latest is compared with today; sentences count where nothing else has a date, and citations after them.",
    levels: {
      caution: "a date lies in the future, so that the dates of these files cannot be relied on.",
      note: "the latest date, how long ago it is, and whether that is more than two years; and where the card says how to reach the publisher.",
      unknown: "nothing in these files says when they were made or changed.",
    },
    mend: "Look at the publisher's page for newer versions and for answers to questions. Keep a copy of the files and their digests, so that you do not depend on the page.",
  },
  messages: {
    future: (a: { date: string }) => `the date ${a.date} lies in the future`,
    dated: (a: { date: string; days: number; cited: boolean }) =>
      a.cited
        ? `the latest year named is ${a.date}, of a work that the card cites: ${a.days} days ago at least`
        : `the latest date in these files is ${a.date}, ${a.days} days ago`,
    old: (a: { date: string; days: number }) =>
      `nothing in these files is newer than ${a.date}, ${a.days} days ago: look for a successor`,
    contact: (a: { heading: string }) =>
      `the card has a section on how to reach its publisher: "${a.heading}"`,
  },
  *run(evidence, { knowledge, now }, finding) {
    const sections = knowledge.read("card-sections", parseCardSections);
    const community = knowledge.read("community", parseCommunityFacts);
    const traces = tracesOf(evidence, { sections, community });
    const horizon = now.getTime() + DAY_MS;
    const ahead = traces.filter(({ date }) => date.from.getTime() > horizon);
    for (const { date, at } of ahead.slice(0, FUTURE_SHOWN)) {
      yield finding.caution("future", { date: date.shown }, at);
    }
    const latest = latestOf(traces.filter((trace) => !ahead.includes(trace)));
    if (latest === undefined) {
      yield unread(".", "nothing in these files says when they were made or changed");
    } else {
      const { date, at, kind } = latest;
      const days = Math.max(0, Math.floor((now.getTime() - date.to.getTime()) / DAY_MS));
      const isOld = days > OLD_DAYS;
      yield isOld
        ? finding.note("old", { date: date.shown, days }, at)
        : finding.note("dated", { date: date.shown, days, cited: kind === "citation" }, at);
    }
    const { card } = evidence;
    const [contact] = card === null ? [] : findCardSections(card.body, ["contact"], sections);
    if (contact !== undefined) {
      const heading = excerpt(contact.section.heading);
      yield finding.note("contact", { heading }, { file: card?.file });
    }
  },
});

/** The surest kinds of trace first: a sentence may speak of another model, a citation does. */
const KINDS: readonly (readonly Trace["kind"][])[] = [["field", "change"], ["prose"], ["citation"]];

/** The trace whose span ends last, of the surest kinds that there are. */
function latestOf(traces: readonly Trace[]): Trace | undefined {
  for (const kinds of KINDS) {
    const latest = traces
      .filter(({ kind }) => kinds.includes(kind))
      .reduce<Trace | undefined>(later, undefined);
    if (latest !== undefined) return latest;
  }
  return undefined;
}

function later(best: Trace | undefined, trace: Trace): Trace {
  return best === undefined || trace.date.to.getTime() > best.date.to.getTime() ? trace : best;
}
