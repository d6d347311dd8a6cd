import { defineCheck } from "../../../kernel/check.ts";
import { fitsName } from "../file-names.ts";
import { identityIn } from "../identity.ts";
import { parseLeftBehind } from "../schema.ts";

/** Files told by name of one kind; the rest is counted. */
const FILES_SHOWN = 4;

/** Records of trackers that are told one by one. */
const RECORDS_SHOWN = 20;

export default defineCheck({
  id: "privacy/training-leftovers",
  code: "PLM-PRI-002",
  title: "What training left beside the model",
  why: "The state and records of a training run tell who ran it, where and on what, and none of them is needed to run the model.",
  source: {
    url: "https://github.com/huggingface/transformers/blob/000945a9b726d87a93e61e873b88ff8f3cd411b5/src/transformers/trainer.py",
    read: "2026-11-25",
  },
  basis: "read",
  needs: ["kinds", "records"],
  limits: [
    "what training leaves behind is known by the names that usual programs give it; under other names and inside archives it is not seen",
    "of trackers' records only Weights & Biases and MLflow are read for who ran something, and of TensorBoard's only the name",
  ],
  page: {
    detects:
      "Looks by name for what training leaves beside a model: states of optimizers, schedules and random generators, arguments, progress, TensorBoard records, records of experiment trackers (Weights & Biases, MLflow, Aim, Neptune, Comet) and logs. In records of Weights & Biases and MLflow it looks whether fields for the account, the host and the e-mail address are filled in. No value is told; a value of the five kinds of PLM-PRI-001 is told there, and folders of accounts by PLM-PRI-003.",
    levels: {
      caution: "a tracker's record names the account, host or e-mail address of whoever ran it.",
      note: "files of one kind are there, with what they tell.",
      unknown: "a file could not be read.",
    },
    mend: "To run the model, delete them: nothing needs them. If you publish it, leave them out of every revision, and look into the records for what they tell of you.",
  },
  messages: {
    left: (a: LeftEvidence) =>
      `${a.count === 1 ? "one file holds" : `${a.count.toLocaleString("en")} files hold`} ${a.says}: ${a.files.join(", ")}${a.count > a.files.length ? ", …" : ""}`,
    identity: (a: { tracker: string; sorts: readonly string[]; fields: readonly string[] }) =>
      `a record of ${a.tracker} names the ${a.sorts.join(", the ")} of whoever ran it`,
    more: (a: { count: number }) => `${a.count} more records of trackers name whoever ran them`,
  },
  *run({ kinds, records }, { knowledge }, finding) {
    const facts = knowledge.read("left-behind", parseLeftBehind);
    const files = kinds.map(({ file }) => file).filter(({ size }) => size > 0);
    let isThere = false;
    for (const { kind, says, names } of facts.training) {
      const found = files.filter(({ path }) => fitsName(path, names));
      const [first] = found;
      if (first === undefined) continue;
      isThere = true;
      const evidence: LeftEvidence = {
        kind,
        says,
        count: found.length,
        bytes: found.reduce((sum, { size }) => sum + size, 0),
        files: found.slice(0, FILES_SHOWN).map(({ path }) => path),
      };
      yield finding.note("left", evidence, { file: first.path });
    }
    const named = records.flatMap((one) => {
      const noted = identityIn(one, facts);
      return noted === undefined ? [] : [{ file: one.file, noted }];
    });
    for (const { file, noted } of named.slice(0, RECORDS_SHOWN)) {
      yield finding.caution("identity", { ...noted }, { file }, REMEDY);
    }
    const count = named.length - RECORDS_SHOWN;
    if (count > 0) yield finding.caution("more", { count }, undefined, REMEDY);
    if (!isThere && named.length === 0 && kinds.length <= 1) return "not-applicable";
    return undefined;
  },
});

const REMEDY = { remedy: { text: "remove the record from every revision; nothing needs it" } };

type LeftEvidence = {
  readonly kind: string;
  readonly says: string;
  readonly count: number;
  readonly bytes: number;
  /** The first few. */
  readonly files: readonly string[];
};
