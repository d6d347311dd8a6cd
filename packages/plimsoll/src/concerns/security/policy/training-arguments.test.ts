import { PickleAssembler, torchZip } from "@plimsoll/formats/kit";

import { checkCases, type CheckCase } from "../../../testing/check-cases.ts";
import check from "../checks/pickle-imports.ts";

/** A call of an enum or class with one text. */
const one = (pickle: PickleAssembler, symbol: string, text: string): void => {
  const dot = symbol.lastIndexOf(".");
  pickle.call(symbol.slice(0, dot), symbol.slice(dot + 1), text);
};
/** An instance with attributes. */
const instance = (
  pickle: PickleAssembler,
  symbol: string,
  attributes: Readonly<Record<string, () => unknown>>,
): void => {
  const dot = symbol.lastIndexOf(".");
  pickle
    .global(symbol.slice(0, dot), symbol.slice(dot + 1))
    .emptyTuple()
    .newobj();
  pickle.emptyDict().mark();
  for (const [name, write] of Object.entries(attributes)) {
    pickle.data(name);
    write();
  }
  pickle.setitems().build();
};

/** What the Trainer saves beside a checkpoint, with attributes changed or added. */
function trainingArguments(
  change: (pickle: PickleAssembler) => Readonly<Record<string, () => unknown>> = () => ({}),
): CheckCase["files"] {
  const pickle = new PickleAssembler().proto(2);
  const device = (): void => one(pickle, "torch.device", "cpu");
  instance(pickle, "transformers.training_args.TrainingArguments", {
    output_dir: () => pickle.data("out"),
    learning_rate: () => pickle.data(5e-5),
    eval_strategy: () => one(pickle, "transformers.trainer_utils.IntervalStrategy", "no"),
    save_strategy: () => one(pickle, "transformers.trainer_utils.SaveStrategy", "steps"),
    lr_scheduler_type: () => one(pickle, "transformers.trainer_utils.SchedulerType", "linear"),
    hub_strategy: () => one(pickle, "transformers.trainer_utils.HubStrategy", "every_save"),
    optim: () => one(pickle, "transformers.training_args.OptimizerNames", "adamw_torch"),
    accelerator_config: () => {
      instance(pickle, "transformers.trainer_pt_utils.AcceleratorConfig", {
        even_batches: () => pickle.data(true),
      });
    },
    distributed_state: () => {
      instance(pickle, "accelerate.state.PartialState", {
        device,
        distributed_type: () => one(pickle, "accelerate.utils.dataclasses.DistributedType", "NO"),
        num_processes: () => pickle.data(1),
      });
    },
    _n_gpu: () => pickle.data(0),
    evaluation_strategy: () => pickle.data(null),
    __cached__setup_devices: device,
    ...change(pickle),
  });
  return { "training_args.bin": torchZip({ pickle: pickle.stop().bytes() }) };
}

checkCases(check, {
  clean: [{ name: "arguments as the Trainer saves them", files: trainingArguments() }],
  caught: [
    {
      name: "an attribute that it has not",
      files: trainingArguments((pickle) => ({ callback: () => pickle.data("x") })),
      finds: [{ level: "caution", key: "state" }],
    },
    {
      name: "a text where its device is kept",
      files: trainingArguments((pickle) => ({ __cached__setup_devices: () => pickle.data("x") })),
      finds: [{ level: "caution", key: "arguments" }],
    },
    {
      name: "an attribute of Python's own",
      files: trainingArguments((pickle) => ({ __class__: () => pickle.data("x") })),
      finds: [{ level: "stop", key: "dunder-state" }],
    },
    {
      name: "an attribute that only looks like the one of its device",
      files: trainingArguments((pickle) => ({ __cached__other: () => pickle.data("x") })),
      finds: [{ level: "stop", key: "dunder-state" }],
    },
    {
      name: "an enum of a module that nobody reviewed",
      files: trainingArguments((pickle) => ({
        optim: () => one(pickle, "transformers.trainer_utils.Other", "x"),
      })),
      finds: [{ level: "caution", key: "unlisted" }],
    },
  ],
  hostile: [
    {
      name: "code among the arguments",
      files: trainingArguments((pickle) => ({
        report_to: () => one(pickle, ["os", "system"].join("."), "true"),
      })),
      finds: [{ level: "stop", key: "sink" }],
    },
  ],
});
