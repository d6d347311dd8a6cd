import { pair, writeGguf, writeSafetensors } from "@plimsoll/formats/kit";

import { checkCases } from "../../../testing/check-cases.ts";
import check from "./adapter-base.ts";

type Module = { readonly name: string; readonly size: readonly [number, number] };

/** A llama-like block: names and sizes of outputs × inputs. */
function block(at: number, width: number): readonly Module[] {
  const name = `model.layers.${at}`;
  return [
    { name: `${name}.self_attn.q_proj`, size: [width, width] },
    { name: `${name}.self_attn.v_proj`, size: [width / 4, width] },
    { name: `${name}.mlp.down_proj`, size: [width, width * 2] },
  ];
}

function lora(modules: readonly Module[], rank: number): Uint8Array {
  return writeSafetensors({
    tensors: modules.flatMap(({ name, size: [outputs, inputs] }) => [
      tensor(`base_model.model.${name}.lora_A.weight`, [rank, inputs]),
      tensor(`base_model.model.${name}.lora_B.weight`, [outputs, rank]),
    ]),
  });
}

function model(modules: readonly Module[]): Uint8Array {
  return writeSafetensors({
    tensors: modules.map(({ name, size }) => tensor(`${name}.weight`, [...size])),
  });
}

function tensor(name: string, shape: number[]): { name: string; dtype: string; shape: number[] } {
  return { name, dtype: "F16", shape };
}

const config = (more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    peft_type: "LORA",
    r: 4,
    lora_alpha: 8,
    target_modules: ["q_proj", "v_proj", "down_proj"],
    base_model_name_or_path: "org/base",
    ...more,
  });

const SMALL = [...block(0, 64), ...block(1, 64)];
const note = { level: "note" as const, key: "adapter" };
const caution = (key: string) => ({ level: "caution" as const, key });
const stop = (key: string) => ({ level: "stop" as const, key });

checkCases(check, {
  caught: [
    {
      name: "another rank than the configuration's",
      files: {
        "adapter_config.json": config({ r: 16 }),
        "adapter_model.safetensors": lora(SMALL, 4),
      },
      finds: [caution("rank"), note],
    },
    {
      name: "modules that the configuration does not name",
      files: {
        "adapter_config.json": config({ target_modules: ["q_proj", "v_proj"] }),
        "adapter_model.safetensors": lora(SMALL, 4),
      },
      finds: [caution("target"), note],
    },
    {
      name: "a model beside it that is wider",
      files: {
        "adapter/adapter_config.json": config(),
        "adapter/adapter_model.safetensors": lora(SMALL, 4),
        "model.safetensors": model([...block(0, 128), ...block(1, 128)]),
      },
      finds: [stop("other-size"), note],
    },
    {
      name: "a model beside it with other modules",
      files: {
        "adapter_config.json": config(),
        "adapter_model.safetensors": lora(SMALL, 4),
        "model.safetensors": model([{ name: "transformer.h.0.attn.c_attn", size: [64, 192] }]),
      },
      finds: [caution("no-module"), note],
    },
    {
      name: "not the width of the well-known base that it names",
      files: {
        "adapter_config.json": config({
          base_model_name_or_path: "meta-llama/Llama-3.1-8B-Instruct",
        }),
        "adapter_model.safetensors": lora(block(0, 3584), 4),
      },
      finds: [caution("other-width"), note],
    },
    {
      name: "deeper than the well-known base that it names",
      files: {
        "adapter_config.json": config({ base_model_name_or_path: "Qwen/Qwen2.5-0.5B" }),
        "adapter_model.safetensors": lora(block(24, 896), 4),
      },
      finds: [caution("more-blocks"), note],
    },
    {
      name: "a GGUF adapter beside a GGUF model that is wider",
      files: {
        "lora.gguf": writeGguf({
          metadata: [
            pair("general.type", "string", "adapter"),
            pair("adapter.type", "string", "lora"),
            pair("adapter.lora.alpha", "f32", 8),
          ],
          tensors: [
            { name: "blk.0.attn_q.weight.lora_a", type: "F32", dims: [64, 4] },
            { name: "blk.0.attn_q.weight.lora_b", type: "F32", dims: [4, 64] },
          ],
        }),
        "m.gguf": writeGguf({
          metadata: [pair("general.architecture", "string", "llama")],
          tensors: [{ name: "blk.0.attn_q.weight", type: "F32", dims: [128, 128] }],
        }),
      },
      finds: [stop("other-size"), note],
    },
  ],
  clean: [
    {
      name: "an adapter alone, as its configuration says",
      files: { "adapter_config.json": config(), "adapter_model.safetensors": lora(SMALL, 4) },
      finds: [note],
    },
    {
      name: "ranks of their own for some modules",
      files: {
        "adapter_config.json": config({ r: 16, rank_pattern: { "q_proj|v_proj|down_proj": 4 } }),
        "adapter_model.safetensors": lora(SMALL, 4),
      },
      finds: [note],
    },
    {
      name: "targets as a pattern",
      files: {
        "adapter_config.json": config({ target_modules: ".*proj" }),
        "adapter_model.safetensors": lora(SMALL, 4),
      },
      finds: [note],
    },
    {
      name: "the model that it was made for beside it, under another wrapper",
      files: {
        "adapter_config.json": config(),
        "adapter_model.safetensors": lora(SMALL, 4),
        "model.safetensors": model(
          SMALL.map(({ name, size }) => ({
            name: name.replace("model.", "language_model.model."),
            size,
          })),
        ),
      },
      finds: [note],
    },
    {
      name: "of two models beside it, one fits",
      files: {
        "adapter_config.json": config(),
        "adapter_model.safetensors": lora(SMALL, 4),
        "a.safetensors": model(block(0, 128)),
        "b.safetensors": model(SMALL),
      },
      finds: [note],
    },
    {
      name: "a head beside it is no model",
      files: {
        "adapter_config.json": config(),
        "adapter_model.safetensors": lora(SMALL, 4),
        "v_head.safetensors": model([{ name: "v_head.summary", size: [1, 64] }]),
      },
      finds: [note],
    },
    {
      name: "packed matrices have no sizes to compare",
      files: {
        "adapter_config.json": config(),
        "adapter_model.safetensors": lora(SMALL, 4),
        "model.safetensors": writeSafetensors({
          tensors: SMALL.map(({ name }) => ({
            name: `${name}.weight`,
            dtype: "U8",
            shape: [2048, 1],
          })),
        }),
      },
      finds: [note],
    },
    {
      name: "the well-known base, in its width and depth",
      files: {
        "adapter_config.json": config({ base_model_name_or_path: "unsloth/Qwen2.5-0.5B-bnb-4bit" }),
        "adapter_model.safetensors": lora(block(23, 896), 4),
      },
      finds: [note],
    },
    {
      name: "another kind of adapter",
      files: { "adapter_config.json": '{"peft_type":"IA3"}' },
      finds: [{ level: "note", key: "kind" }],
    },
    { name: "no adapter", files: { "model.safetensors": model(SMALL) }, verdict: "not-applicable" },
  ],
  hostile: [
    {
      name: "a configuration without weights",
      files: { "adapter_config.json": config() },
      finds: [],
      verdict: "unknown",
    },
    {
      name: "numbers and nothing in the configuration",
      files: {
        "adapter_config.json": '{"r":"16","target_modules":[1,null],"rank_pattern":7}',
        "adapter_model.safetensors": lora(SMALL, 4),
      },
      finds: [note],
    },
    {
      name: "halves without their others",
      files: {
        "adapter_config.json": config(),
        "adapter_model.safetensors": writeSafetensors({
          tensors: [tensor("base_model.model.x.lora_A.weight", [4, 8])],
        }),
      },
      verdict: "unknown",
    },
    {
      name: "a module name of 100 KB",
      files: {
        "adapter_config.json": config(),
        "adapter_model.safetensors": lora([{ name: "a.".repeat(50_000), size: [8, 8] }], 4),
      },
      verdict: "unknown",
    },
  ],
});
