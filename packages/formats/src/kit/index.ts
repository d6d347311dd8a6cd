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
export { buildTar } from "./tar.ts";
export { bzip2Stream } from "./bzip2.ts";
export { lz4Frame } from "./lz4.ts";
export { lzma2Stored, xzStream } from "./xz.ts";
export { writeNpy } from "./npy.ts";
export { appendJoblibArray } from "./joblib.ts";
export { assemblePickle } from "./pickle-text.ts";
export { PickleAssembler } from "./pickle.ts";
export { writeProto, type ProtoField } from "./protobuf.ts";
export {
  BYTE_PIECES,
  LLAMA_PIECES,
  writeCharsmap,
  writeSentencePiece,
  type PiecePlan,
  type SentencePiecePlan,
} from "./sentencepiece.ts";
export { writeParquet, type ParquetPlan, type ParquetPlanColumn } from "./parquet.ts";
