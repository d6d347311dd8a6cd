import { tinyLlama } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./training-leftovers.ts";

const left = (file?: string) => ({
  level: "note" as const,
  key: "left",
  ...(file === undefined ? {} : { file }),
});
const identity = (file: string) => ({ level: "caution" as const, key: "identity", file });

const config = { "config.json": "{}" };

checkCases(check, {
  caught: [
    {
      name: "states of a run",
      files: {
        ...config,
        "checkpoint-10/optimizer.pt": "x",
        "checkpoint-10/rng_state_0.pth": "x",
        "checkpoint-10/trainer_state.json": "{}",
        "training_args.bin": "x",
      },
      finds: [
        left("checkpoint-10/optimizer.pt"),
        left("checkpoint-10/rng_state_0.pth"),
        left("training_args.bin"),
        left("checkpoint-10/trainer_state.json"),
      ],
    },
    {
      name: "records of TensorBoard and a log",
      files: { "runs/a/events.out.tfevents.1721736000.host.1.0": "x", "nohup.out": "x" },
      finds: [left(), left("nohup.out")],
    },
    {
      name: "a record of Weights & Biases that names people",
      files: {
        ...config,
        "wandb/run-1/files/wandb-metadata.json": JSON.stringify({
          host: "thinkpad-zz",
          username: "zedzed",
          program: "/x/train.py",
        }),
      },
      finds: [left(), identity("wandb/run-1/files/wandb-metadata.json")],
    },
    {
      name: "a record of MLflow that names people",
      files: {
        "mlruns/0/r/meta.yaml": "artifact_uri: file:///x\nuser_id: zedzed\n",
        "mlruns/0/r/tags/mlflow.user": "zedzed",
      },
      finds: [left(), identity("mlruns/0/r/meta.yaml"), identity("mlruns/0/r/tags/mlflow.user")],
    },
  ],
  clean: [
    {
      name: "weights alone",
      files: { "m.gguf": tinyLlama() },
      finds: [],
      verdict: "not-applicable",
    },
    {
      name: "files of a model with names near them",
      files: {
        ...config,
        "optimizer.py": "x",
        "generation_config.json": "{}",
        "scheduler/scheduler_config.json": "{}",
        "catalog.txt": "x",
        "wandb.md": "x",
      },
      finds: [],
    },
    { name: "an empty file", files: { ...config, "optimizer.pt": "" }, finds: [] },
    {
      name: "a record that names nobody",
      files: {
        "wandb-metadata.json": '{"host":"localhost","username":"root","email":null,"program":"/x"}',
        "mlruns/0/meta.yaml": "user_id: ''\nname: Default\n",
      },
      finds: [left()],
    },
    {
      name: "a record of something else",
      files: { ...config, "meta.yaml": "name: x\n" },
      finds: [],
    },
  ],
  hostile: [
    {
      name: "a record that is none",
      files: { "wandb-metadata.json": `{"username":${"[".repeat(5_000)}` },
      finds: [left()],
      verdict: "clear",
    },
    {
      name: "a record of a megabyte",
      files: { "wandb-metadata.json": `{"username":"zed"${" ".repeat(1_000_000)}}` },
      finds: [left()],
    },
    {
      name: "three hundred records",
      files: Object.fromEntries(
        Array.from({ length: 300 }, (_, index) => [`mlruns/${index}/meta.yaml`, "user_id: zedzed"]),
      ),
      finds: [
        left(),
        ...Array.from({ length: 20 }, (_, index) => index).map(() => ({
          level: "caution" as const,
          key: "identity",
        })),
        { level: "caution", key: "more" },
      ],
    },
  ],
});
