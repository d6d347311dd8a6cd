import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";

import { PlimsollError, reasonOf } from "../kernel/error.ts";

/** Where a model is. This version reads local folders and files. */
export type Reference = {
  /** What the user wrote. */
  readonly text: string;
  readonly kind: "folder" | "file";
  /** Absolute path with links resolved. */
  readonly path: string;
  /** Last part of the path: what the model is called in reports. */
  readonly name: string;
  /** Absolute path of the folder that holds the name as it was typed: a link's siblings lie beside the link. */
  readonly folder: string;
};

const REMOTE = /^(?:hf|ollama|oci|docker|https?):/u;

/**
 * Finds a local folder or file.
 * @throws PlimsollError `reference-unsupported` for a remote reference, `reference-not-found` when
 * nothing is there, `environment` when it cannot be looked at.
 */
export function resolveReference(text: string, cwd: string): Reference {
  if (text === "") {
    throw new PlimsollError("usage", "the path is empty", {
      hint: "Name a folder or a file: plimsoll vet ./model",
    });
  }
  if (REMOTE.test(text)) {
    throw new PlimsollError("reference-unsupported", `"${text}" is not on this machine`, {
      hint: "This version reads local folders and files only: download the model, then name its folder.",
    });
  }
  const absolute = resolve(cwd, text);
  let path: string;
  try {
    path = realpathSync.native(absolute);
  } catch (error) {
    throw notFound(text, error);
  }
  const stat = lstatSync(path);
  const name = basename(absolute) === "" ? path : basename(absolute);
  const folder = dirname(absolute);
  if (stat.isDirectory()) return { text, kind: "folder", path, name, folder };
  // FIFOs and sockets are files to name and unread to report, so that one way of looking serves all.
  return { text, kind: "file", path, name, folder };
}

function notFound(text: string, error: unknown): PlimsollError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new PlimsollError("reference-not-found", `there is no file or folder "${text}"`, {
      hint: /^[\w.-]+\/[\w.-]+$/u.test(text)
        ? `If you mean a model on a hub, download it first; if a folder, check the name: ./${text}`
        : "Check the spelling, or name the folder that holds the model.",
      cause: error,
    });
  }
  if (code === "ELOOP") {
    return new PlimsollError(
      "reference-not-found",
      `"${text}" is a link that leads back to itself`,
      {
        hint: "Name the folder that holds the model.",
        cause: error,
      },
    );
  }
  return new PlimsollError("environment", `"${text}" cannot be opened: ${reasonOf(error)}`, {
    hint: "Check that you may read it.",
    cause: error,
  });
}
