import { jsonArray, jsonBoolean, jsonMember, jsonString } from "@plimsoll/formats";

import { defineCheck } from "../../../kernel/check.ts";
import type { EvidenceTypes } from "../../../kernel/evidence.ts";
import type { Level } from "../../../kernel/finding.ts";
import type { Setting } from "../../../kernel/setting.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { parseAudienceFacts, type AudienceFacts } from "../schema.ts";

/** Characters of a card in which companions are looked for (CWE-400). */
const CARD_MAX_CHARACTERS = 500_000;

export default defineCheck({
  id: "ethics/safety-parts",
  code: "PLM-ETH-004",
  title: "Which parts keep its answers in bounds",
  why: "A checker that was taken out, or a guard that the publisher counted on and nobody runs, leaves a model without what its card promises.",
  source: {
    url: "https://huggingface.co/dreamlike-art/dreamlike-diffusion-1.0/discussions/12/files",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["card", "configs"],
  limits: [
    "parts that keep answers in bounds are seen as checkers of image models, as banned words of generation settings, and as guards that the card names; whether they work was not measured",
    "what a runtime adds, and what a model learnt to refuse, is not in the files",
  ],
  page: {
    detects:
      "Reads `model_index.json` of image models for a safety checker and whether it was taken out, `generation_config.json` for words that are kept out of answers, and the card for models made to watch others (Llama Guard, ShieldGemma, Granite Guardian, …).",
    levels: {
      caution:
        "the setting is for a team or the public, and an image model's checker was taken out.",
      note: "a checker is there, or was taken out for one person's use; words are banned; or the card names a guard, which you must run yourself.",
      unknown: "a configuration or the card could not be read.",
    },
    mend: "Put the checker back, or one of your own in its place. Where the card names a guard, run it: it is another model, and not among these files.",
  },
  messages: {
    checker: (a: { part: string; kind: string }) => `it has the checker ${a.part} (${a.kind})`,
    removed: (a: { part: string }) => `its checker ${a.part} was taken out`,
    banned: (a: { member: string; count: number }) =>
      `${a.count.toLocaleString("en")} entries of ${a.member} are kept out of answers`,
    companion: (a: { names: readonly string[] }) =>
      `the card names models that watch others, which are not among these files: ${a.names.join(", ")}`,
  },
  *run({ card, configs }, { knowledge, setting }, finding) {
    const facts = knowledge.read("audience", parseAudienceFacts);
    for (const { file, base, value } of configs) {
      if (base === "model_index.json") {
        for (const { part, kind } of checkersOf(value, facts)) {
          const at = { file, member: part };
          if (kind !== undefined) yield finding.note("checker", { part, kind }, at);
          else yield finding[levelOf(setting)]("removed", { part }, at);
        }
      }
      if (base !== "generation_config.json") continue;
      for (const member of facts.parts.bans) {
        const count = jsonArray(jsonMember(value, member))?.length ?? 0;
        if (count > 0) yield finding.note("banned", { member, count }, { file, member });
      }
    }
    const names = companionsOf(card, facts);
    if (names.length > 0) yield finding.note("companion", { names }, { file: card?.file });
    if (card === null && configs.length === 0) return "not-applicable";
    return undefined;
  },
});

function levelOf({ audience }: Setting): Level {
  return audience === "me" ? "note" : "caution";
}

type Checker = { readonly part: string; readonly kind: string | undefined };

/** Checkers of an image model by their name: with the class that holds one, or without it where it was taken out. */
function checkersOf(
  index: EvidenceTypes["configs"][number]["value"],
  { parts }: AudienceFacts,
): readonly Checker[] {
  return parts.checkers.flatMap((part): readonly Checker[] => {
    const entry = jsonArray(jsonMember(index, part));
    if (entry === undefined) return [];
    const kind = jsonString(entry[1]);
    if (kind !== undefined) return [{ part, kind: excerpt(kind) }];
    // A pipeline that never had one says so; what was taken out of another is left as two nulls.
    const isWanted = jsonBoolean(jsonMember(index, `requires_${part}`)) !== false;
    const isEmpty = entry.length === 2 && entry.every((one) => one === null);
    return isEmpty && isWanted ? [{ part, kind: undefined }] : [];
  });
}

function companionsOf(
  card: EvidenceTypes["card"],
  { companions }: AudienceFacts,
): readonly string[] {
  if (card === null) return [];
  const text = card.body.slice(0, CARD_MAX_CHARACTERS).toLowerCase();
  return companions.names.filter((name) => text.includes(name.toLowerCase()));
}
