/**
 * Endings that a re-encoding adds to its parent's name and that do not make it another model: formats, widths,
 * quantisation types and the tools' own marks.
 */
const ENDINGS =
  /[-_.](?:gguf|ggml|mlx|onnx|awq|gptq|exl[23]|hqq|aqlm|autoround|bnb|unsloth|imatrix|imat|i1|qat|ud|fp16|f16|bf16|fp32|f32|fp8|nf4|nvfp4|mxfp4|[1-8]-?bits?|int[48]|w\d{1,2}a\d{1,2}|dynamic|quantized|quants?|hf|i?q\d(?:-(?:0|1|k|nl))?(?:-(?:xxs|xs|s|m|l|xl))?)$/u;

/** Re-encodings stack a handful of endings, not hundreds. */
const ENDINGS_MAX = 6;

/** The last part of a reference in lower case, without the endings of re-encodings: what two names of a model are compared by. */
export function modelName(reference: string): string {
  const path = reference.split(/[?#]/u, 1)[0] ?? "";
  const parts = path.split(/[/\\]+/u).filter((part) => part !== "");
  // `https://host/org/name/tree/main` ends with the revision, not with the name.
  const tree = parts.findIndex((part) => part === "tree" || part === "blob" || part === "resolve");
  let name = (tree > 1 ? parts[tree - 1] : parts.at(-1)) ?? "";
  name = name.toLowerCase().replaceAll(/[\s_]+/gu, "-");
  for (let cut = 0; cut < ENDINGS_MAX; cut += 1) name = name.replace(ENDINGS, "");
  return name;
}

/** True for a path on the machine of whoever trained the model, which no reader of it can follow. */
export function isLocalPath(reference: string): boolean {
  return (
    /^(?:[./~\\]|[a-z]:[\\/]|file:)/iu.test(reference) ||
    reference.includes("\\") ||
    (reference.split("/").length > 2 && !/^[a-z][a-z0-9+.-]*:/iu.test(reference))
  );
}
