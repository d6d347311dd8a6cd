import { defineCheck } from "../../../kernel/check.ts";
import type { Card } from "../../../model/evidence/card.ts";
import { ownField, textField, textsField } from "../../../model/front-matter.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { noticesIn } from "../notices.ts";
import { parseCommunityFacts } from "../schema.ts";
import { sentencesOf } from "../sentences.ts";

/** Characters of a name that a stranger chose. */
const NAME_SHOWN = 80;

/** Fields of front matter by which some publishers say it outright. */
const FLAGS = ["deprecated", "archived", "unmaintained"];

export default defineCheck({
  id: "community/notice",
  code: "PLM-COM-003",
  title: "Whether its publisher says that it has ended or was replaced",
  why: "A publisher who says that nobody mends it any more saves you from waiting for help that does not come.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/model-cards.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["card"],
  limits: [
    "that it has ended or moved is seen where its card says so of itself in usual words, in eleven languages, or in its front matter; that a hub shows it as archived or moved is not in the files",
    "a publisher who fell silent without a word leaves no notice",
  ],
  page: {
    detects:
      "Reads the card for words with which a publisher says that this model is deprecated, archived, no longer maintained or replaced, in English, German, French, Spanish, Portuguese, Italian, Polish, Russian, Chinese, Japanese and Korean; the front matter for a successor (`new_version`), for tags such as `deprecated`, and for fields that say so. The sentence must speak of the model itself: that another program is deprecated, that this model is *not*, a condition or an example in code say nothing. A word alone counts only at the top of the page.",
    levels: {
      caution: "the publisher says that it has ended: nobody mends it any more.",
      note: "the publisher names a successor, or says that it was replaced or moved.",
      unknown: "the card could not be read.",
    },
    mend: "Take the successor where one is named, after vetting it like any other. To stay with this one, keep a copy of the files and their digests: the page may go. And thank whoever said it: most fall silent.",
  },
  messages: {
    ended: (a: { words: string }) => `its card says that it has ended: "${a.words}"`,
    replaced: (a: { words: string }) => `its card says that it was replaced or moved: "${a.words}"`,
    tag: (a: { tag: string }) => `its card carries the tag "${a.tag}"`,
    flag: (a: { field: string }) => `its card's front matter says ${a.field}: true`,
    successor: (a: { name: string }) => `its publisher names a successor: ${a.name}`,
  },
  *run({ card }, { knowledge }, finding) {
    if (card === null) return "not-applicable";
    const facts = knowledge.read("community", parseCommunityFacts);
    const { file, frontMatter } = card;
    for (const tag of endedTagsOf(card, facts.endedTags.tags)) {
      yield finding.caution("tag", { tag }, { file, member: "tags" });
    }
    for (const field of FLAGS) {
      if (ownField(frontMatter, field) !== true) continue;
      yield finding.caution("flag", { field }, { file, member: field });
    }
    for (const { kind, words } of noticesIn(sentencesOf(card.body), facts.notices.languages)) {
      if (kind === "ended") yield finding.caution("ended", { words }, { file });
      else yield finding.note("replaced", { words }, { file });
    }
    const successor = textField(frontMatter, "new_version");
    if (successor === undefined) return;
    const name = excerpt(successor, NAME_SHOWN);
    yield finding.note("successor", { name }, { file, member: "new_version" });
  },
});

function endedTagsOf({ frontMatter }: Card, known: readonly string[]): readonly string[] {
  const { texts } = textsField(frontMatter, "tags");
  const tags = new Set(texts.map((tag) => tag.toLowerCase().trim().replaceAll(/[ _]/gu, "-")));
  return known.filter((tag) => tags.has(tag));
}
