export { pair, sparseGguf, writeGguf, type GgufPlan } from "./gguf.ts";
export {
  safetensorsHeader,
  sparseSafetensors,
  writeSafetensors,
  type SafetensorsPlan,
} from "./safetensors.ts";
export { tinyLlama, tinyLlamaPlan, type TinyLlamaOptions } from "./tiny-llama.ts";
export { torchZip, type TorchZipSpec } from "./torch-zip.ts";
export { buildZip, type ZipSpec } from "./zip.ts";
export { assemblePickle } from "./pickle-text.ts";
export { PickleAssembler } from "./pickle.ts";
export { writeParquet, type ParquetPlan, type ParquetPlanColumn } from "./parquet.ts";
