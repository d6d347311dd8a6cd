import { defineCheck, type FindingFactory } from "../../../kernel/check.ts";
import type { Finding } from "../../../kernel/finding.ts";
import type { ConfigFile } from "../../../model/evidence/configs.ts";
import type { Variant } from "../../../model/variant.ts";
import { excerpt } from "../../../text/excerpt.ts";
import { parseBaseShapes } from "../known/schema.ts";
import { foreignMark } from "../shape/marks.ts";
import { otherShape } from "../shape/parents.ts";
import { parseArchitectureMarks, type ArchitectureMark } from "../shape/schema.ts";

/** Models of one folder that are looked at. */
const MODELS_MAX = 200;

const messages = {
  parent: (a: { parent: string; what: string; own: number; published: number }) =>
    a.what === "width"
      ? `it names ${a.parent} as its origin, which has width ${a.published}; this model has ${a.own}, and training does not change that`
      : `it is said to be ${a.parent} in another encoding, which has ${a.published} blocks; this model has ${a.own}`,
  architecture: (a: { what: string; tensor: string; blocks: number; stated: string }) =>
    `its configuration says it is ${a.stated}, whose models never have ${a.what}; ${a.blocks} of its tensors are such (${a.tensor}): a loader leaves them out`,
};

type Make = FindingFactory<typeof messages>;

export default defineCheck({
  id: "lineage/parent-shape",
  code: "PLM-LIN-012",
  title: "The shape of the model it says it comes from",
  why: "Weights of another shape cannot come from the model that they name, whatever the card says.",
  source: {
    url: "https://github.com/Lightning-AI/litgpt/blob/26857050fe3ff627cd714fe92f5838f51a3d5efa/litgpt/config.py",
    read: "2026-11-22",
  },
  basis: "read",
  needs: ["variants", "parents", "configs"],
  limits: [
    "only parents whose published shape is known are compared, and by shape alone: models of one shape are not told apart",
    "tensors of another architecture are looked for in a few well-known ones, and not where a model brings its own code or was quantised",
  ],
  page: {
    detects:
      "Holds width and number of blocks (config.json, or the GGUF header) against the published shape of each parent that the files name, where it is known (knowledge/base-shapes.yaml). And looks for tensors that the architecture named in config.json never has (knowledge/architecture-marks.yaml), by which it is another model under that name.",
    levels: {
      caution:
        "no parent that it names has its width, or, for a re-encoding, its number of blocks; its tensors are those of another architecture.",
    },
    mend: "Ask the publisher which model it was trained from. Pruned to another width or distilled, it should say so in its card. Take configuration and weights from one place.",
  },
  messages,
  *run({ variants, parents, configs }, { knowledge }, finding) {
    const models = variants.filter(({ role }) => role === "model").slice(0, MODELS_MAX);
    if (models.length === 0) return "not-applicable";
    const known = knowledge.read("base-shapes", parseBaseShapes);
    const marks = knowledge.read("architecture-marks", parseArchitectureMarks);
    for (const model of models) {
      const { shape, label } = model;
      const other = shape.kind === "unread" ? undefined : otherShape(shape, parents.parents, known);
      if (other !== undefined) {
        const { parent, what, own, published } = other;
        const args = { parent: excerpt(parent.reference), what, own, published };
        yield finding.caution("parent", args, { file: label });
      }
      yield* checkMarks(model, configs, marks, finding);
    }
  },
});

function* checkMarks(
  model: Variant,
  configs: readonly ConfigFile[],
  marks: readonly ArchitectureMark[],
  finding: Make,
): Generator<Finding> {
  const { shape, label, format } = model;
  if (shape.kind === "unread" || format === "gguf") return;
  const config = configs.find(({ file }) => file === shape.from);
  const found = config === undefined ? undefined : foreignMark(model, config.value, marks);
  if (found === undefined) return;
  const { what, tensor, blocks } = found;
  const args = { what, tensor: excerpt(tensor), blocks, stated: excerpt(shape.architecture, 40) };
  yield finding.caution("architecture", args, { file: label, member: tensor });
}
