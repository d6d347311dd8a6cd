import { defineCheck } from "../../../kernel/check.ts";
import type { DeclaredParent, Lineage } from "../../../kernel/parents.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { isLocalPath, modelName } from "../../../model/model-name.ts";
import { parseBaseShapes, type KnownShapes } from "../known/schema.ts";
import { homeOwner } from "../declared/reference.ts";
import { disagreements } from "../disagreement.ts";

/** Parents shown by name in one finding; the rest is counted. */
const PARENTS_SHOWN = 12;

export default defineCheck({
  id: "lineage/declared-parents",
  code: "PLM-LIN-001",
  title: "Which models it says it comes from",
  why: "Licence terms, biases and flaws of a parent come along with its weights.",
  source: {
    url: "https://github.com/huggingface/hub-docs/blob/242f4a1eeb867daf4ac3f44026a5df4a68908a3d/docs/hub/model-cards.md",
    read: "2026-11-25",
  },
  basis: "declared",
  needs: ["parents", "card", "gguf", "configs"],
  limits: [
    "weights were not compared: anybody can name any parent, or leave one out",
    "the parents' own parents are not followed, since no network is used",
    "parents named only in the text of the card are not read",
  ],
  page: {
    detects:
      "Reads every place where files name an origin: `base_model`, `base_model_relation`, `new_version` and `datasets` in the card's front matter; `general.base_model.*`, `general.source.*` and `general.datasets` in GGUF headers; `base_model_name_or_path` of adapters; and the `_name_or_path` that a library leaves in `config.json`, unless it is the model's own name.",
    levels: {
      caution:
        "nothing names an origin, and no name is that of a well-known model; an adapter does not say what it adapts; a stated parent is a path on somebody's machine; places disagree; a model names itself; a field is not a text.",
      note: "the parents as declared, data sets, a path that a program left behind, and a newer version that the publisher points to.",
    },
    mend: "Ask the publisher to name the parent as `org/name` in the card's `base_model`. A model trained from nothing can say so in its card. Where places disagree, keep to the terms of both parents until it is cleared up.",
  },
  messages: {
    "none-declared": () =>
      "no file says which model this one comes from, or that it comes from none",
    "adapter-without-base": () =>
      "this adapter does not say which model it adapts, and is of no use without it",
    original: (a: { name: string }) =>
      `no file names an origin; it calls itself "${a.name}", which is well known as a model of its own`,
    "left-behind": (a: { reference: string; owner: string }) =>
      `a program left the path it loaded from in the configuration, "${a.reference}"${a.owner === "" ? "" : `, which tells an account name, "${a.owner}"`}`,
    "local-path": (a: { reference: string; owner: string }) =>
      `the parent is a path on the trainer's machine, "${a.reference}": nobody else can follow it${a.owner === "" ? "" : `, and it tells an account name, "${a.owner}"`}`,
    disagree: (a: { first: string; firstAt: string; second: string; secondAt: string }) =>
      `two places name different parents: ${a.firstAt} says "${a.first}", ${a.secondAt} says "${a.second}"`,
    loop: () => "the model names itself as its own parent",
    malformed: () => "this field names no model: it is not a text",
    parents: (a: { parents: readonly string[]; more: number; datasets: number }) =>
      `declared, not checked against weights: ${a.parents.join("; ")}${a.more === 0 ? "" : ` and ${a.more} more`}${a.datasets === 0 ? "" : `; ${a.datasets} data ${a.datasets === 1 ? "set" : "sets"} named`}`,
    "new-version": (a: { reference: string }) =>
      `the publisher points to a newer version: "${a.reference}"`,
  },
  *run({ parents: lineage }, { knowledge }, finding) {
    const { adapters, parents, successor } = lineage;
    for (const file of adapters) {
      if (!hasBase(lineage, file))
        yield finding.caution("adapter-without-base", undefined, { file });
    }
    if (parents.length === 0 && adapters.length === 0) {
      const name = wellKnownName(lineage, knowledge.read("base-shapes", parseBaseShapes));
      if (name !== undefined) yield finding.note("original", { name: excerpt(name) });
      else yield finding.caution("none-declared", undefined, undefined, { remedy: LOOK });
    }
    for (const parent of parents) {
      if (!isLocalPath(parent.reference)) continue;
      const owner = excerpt(homeOwner(parent.reference) ?? "");
      const args = { reference: excerpt(parent.reference), owner };
      if (isNamedElsewhere(parent, parents)) yield finding.note("left-behind", args, parent.at);
      else yield finding.caution("local-path", args, parent.at);
    }
    for (const { first, second } of disagreements(lineage)) {
      yield finding.caution("disagree", disagreement(first, second), second.at);
    }
    for (const at of lineage.loops) yield finding.caution("loop", undefined, at);
    for (const at of lineage.malformed) yield finding.caution("malformed", undefined, at);
    const followable = parents.filter(({ reference }) => !isLocalPath(reference));
    if (followable.length > 0) {
      yield finding.note(
        "parents",
        summary(followable, lineage.datasets.length),
        followable[0]?.at,
      );
    }
    if (successor !== undefined) {
      yield finding.note("new-version", { reference: excerpt(successor.reference) }, successor.at);
    }
  },
});

const LOOK = { text: "Look at the publisher's page, and ask there what it was trained from." };

/** True for a path that says no more than a program's memory, or that another place gives a name to. */
function isNamedElsewhere(parent: DeclaredParent, parents: readonly DeclaredParent[]): boolean {
  const name = modelName(parent.reference);
  return (
    parent.strength === "weak" ||
    parents.some(({ reference }) => !isLocalPath(reference) && modelName(reference) === name)
  );
}

/** The name of a well-known model by which folder, card or header call this one. */
function wellKnownName({ ownNames, headerNames }: Lineage, known: KnownShapes): string | undefined {
  return [...ownNames, ...headerNames].find((name) => known.has(modelName(name)));
}

/** True when the adapter itself, its header or the card beside it names what it adapts. */
function hasBase({ parents }: Lineage, adapter: string): boolean {
  return parents.some(
    ({ at, strength }) =>
      strength === "stated" && (at.file === adapter || at.member === "base_model"),
  );
}

function disagreement(
  first: DeclaredParent,
  second: DeclaredParent,
): { first: string; firstAt: string; second: string; secondAt: string } {
  return {
    first: excerpt(first.reference),
    firstAt: placeOf(first),
    second: excerpt(second.reference),
    secondAt: placeOf(second),
  };
}

function placeOf({ at }: DeclaredParent): string {
  return `${at.file ?? "."} ${at.member ?? ""}`;
}

function summary(
  parents: readonly DeclaredParent[],
  datasets: number,
): { parents: readonly string[]; more: number; datasets: number } {
  const named = [...new Set(parents.map(described))];
  return {
    parents: named.slice(0, PARENTS_SHOWN),
    more: Math.max(0, named.length - PARENTS_SHOWN),
    datasets,
  };
}

function described({ reference, relation, revision, strength }: DeclaredParent): string {
  const detail = [
    ...(relation === "unstated" ? [] : [relation]),
    ...(revision === undefined ? [] : [`revision ${excerpt(revision, 40)}`]),
    ...(strength === "weak" ? ["left behind by a program"] : []),
  ];
  return `${excerpt(reference)}${detail.length === 0 ? "" : ` (${detail.join(", ")})`}`;
}
