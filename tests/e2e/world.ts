import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of its own for a test file, and a way to fill it. */
export type World = {
  readonly path: string;
  /** Writes a folder of files and returns its path. */
  readonly folder: (name: string, files: Readonly<Record<string, string | Uint8Array>>) => string;
  /** Writes one file and returns its path. */
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly remove: () => void;
};

/** Makes a world in the temporary folder; its path is short, since a socket's must be. */
export function makeWorld(): World {
  const path = mkdtempSync(join(tmpdir(), "plim-"));
  const file = (name: string, content: string | Uint8Array): string => {
    const target = join(path, name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    return target;
  };
  return {
    path,
    file,
    folder: (name, files) => {
      mkdirSync(join(path, name), { recursive: true });
      for (const [inner, content] of Object.entries(files)) file(`${name}/${inner}`, content);
      return join(path, name);
    },
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
