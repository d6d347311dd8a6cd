import { defineCheck } from "../../../kernel/check.ts";
import type { Level } from "../../../kernel/finding.ts";
import type { Setting } from "../../../kernel/setting.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { claimsOf, type NamedClaim } from "../claims.ts";
import { parseAudienceFacts } from "../schema.ts";

/** Claims told one by one: the same is often said in several places. */
const CLAIMS_SHOWN = 8;

/** Characters of a name or tag. */
const LABEL_SHOWN = 60;

export default defineCheck({
  id: "ethics/audience",
  code: "PLM-ETH-002",
  title: "Whether its tags and names say that it is not for everybody",
  why: "Who offers a model to others answers for what it says to them, and its publisher may have said for whom it is not.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/0258ae1d7dd3c13866b6811b000c933b3bba7381/docs/hub/model-cards.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["card", "configs", "gguf"],
  limits: [
    "that a model is for adults or refuses nothing is seen where its own tags or names say so; running text is not searched, and nothing was measured",
    "what the model was made from is not asked: its parents' names count in the lineage concern",
  ],
  page: {
    detects:
      "Looks in the card's tags and title, in GGUF names and tags and in the configuration's name for words that say that a model is not for all audiences (`not-for-all-audiences`, `nsfw`, …) or was made to refuse nothing (`uncensored`, `abliterated`, …), in several languages. Whole words count. A model that judges content, by its `pipeline_tag` or by a word such as *detection* or *classifier* beside it, says none of this.",
    levels: {
      stop: "the setting is for the public and says `appetite: refuse`, and the model says that it is not for all audiences.",
      caution: "the setting is for a team or the public, and the model says either.",
      note: "the setting is for one person, and the model says either.",
      unknown: "the card or a header could not be read.",
    },
    mend: "For yourself, know what you have. For others, take a model that was made for them, or put a guard before and behind it, ask for ages where the law wants it, and say in your own words what it may answer.",
  },
  messages: {
    adult: (a: ClaimEvidence) => `it says that it is not for all audiences: "${a.text}"`,
    unfiltered: (a: ClaimEvidence) => `it says that it was made to refuse nothing: "${a.text}"`,
  },
  *run(evidence, { knowledge, setting }, finding) {
    const { card, configs, gguf } = evidence;
    if (card === null && configs.length === 0 && gguf.length === 0) return "not-applicable";
    const facts = knowledge.read("audience", parseAudienceFacts);
    for (const { kind, word, text, at } of claimsOf(evidence, facts).slice(0, CLAIMS_SHOWN)) {
      const level = levelOf(kind, setting);
      yield finding[level](kind, { word, text: excerpt(text, LABEL_SHOWN) }, at);
    }
    return undefined;
  },
});

type ClaimEvidence = { readonly word: string; readonly text: string };

/** Only who offers the model to everybody and wants doubt refused has forbidden what is not for everybody. */
function levelOf(kind: NamedClaim["kind"], { audience, appetite }: Setting): Level {
  if (audience === "me") return "note";
  const isForbidden = kind === "adult" && audience === "public" && appetite === "refuse";
  return isForbidden ? "stop" : "caution";
}
