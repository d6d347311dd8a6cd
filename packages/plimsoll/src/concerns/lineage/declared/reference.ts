/** Characters of a reference that are kept: a name of a megabyte names nothing (CWE-770). */
const REFERENCE_MAX_CHARACTERS = 300;

/** A reference as it is kept, cut where it is longer than any name. */
export function cutReference(text: string): string {
  return text.length > REFERENCE_MAX_CHARACTERS
    ? `${text.slice(0, REFERENCE_MAX_CHARACTERS)}…`
    : text;
}

/** Endings that a re-encoding adds to its parent's name and that do not make it another model. */
const ENDINGS = /[-_.](?:gguf|ggml|mlx|onnx|awq|gptq|exl2|fp16|f16|bf16|fp8|[468]bit|hf)$/u;

/** Re-encodings stack a handful of endings, not hundreds. */
const ENDINGS_MAX = 6;

/** The last part of a reference in lower case, without the endings of re-encodings: what two sources are compared by. */
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

/** The account name within a home folder's path, which tells who trained the model. */
export function homeOwner(reference: string): string | undefined {
  const match = /(?:^|[\\/])(?:home|users)[\\/]([^\\/]{1,64})/iu.exec(reference);
  return match?.[1];
}
