import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { readNamedTexts } from "../../../model/named-texts.ts";
import type { ModelSubject } from "../../../model/subject.ts";

/** A file that carries a licence, a notice or a policy of use. */
export type LicenceFile = {
  readonly file: string;
  /** What its name says it is. */
  readonly role: "licence" | "notice" | "policy";
  /** What its name says it covers; `part` is a file below the top folder. */
  readonly scope: "model" | "code" | "data" | "part";
  readonly text: string;
};

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Files whose names say that they hold licence terms, found by name at any depth. */
    readonly licences: readonly LicenceFile[];
  }
}

const LIMITS = {
  prefix: "LICENCE",
  /** The longest published licence text has 60 KB: a megabyte is no licence but a load (CWE-400). */
  bytes: 1_048_576,
  /** Models carry a handful; a folder of thousands of licences must not be hashed one by one. */
  files: 64,
};

export default defineEvidence({
  name: "licences",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const read = readNamedTexts(snapshot, (path) => roleOf(baseOf(path)) !== undefined, LIMITS);
    return {
      value: read.value.flatMap(({ file, base, text }) => {
        const role = roleOf(base);
        return role === undefined ? [] : [{ file, role, scope: scopeOf(file, base), text }];
      }),
      unread: read.unread,
    };
  },
});

/** Endings of files that are programs or settings and merely have "license" in their names. */
const NOT_TEXT = /\.(?:py|js|ts|json|ya?ml|c|h|cpp|sh|png|svg|jpe?g|safetensors|gguf|bin)$/u;

/** What a name says: `LICENSE-MODEL`, `MODEL_LICENSE.txt`, `COPYING`, `NOTICE.md`, `USE_POLICY.md`. */
export function roleOf(base: string): LicenceFile["role"] | undefined {
  const name = base.toLowerCase();
  if (NOT_TEXT.test(name)) return undefined;
  if (/use[_-]?policy/u.test(name)) return "policy";
  if (/^(?:third[_-]?party[_-]?)?notices?(?:[._-]|$)/u.test(name)) return "notice";
  const isLicence =
    /^(?:un)?licen[cs]es?(?:[._-]|$)/u.test(name) ||
    /^copying(?:[._-]|$)/u.test(name) ||
    /[._-]licen[cs]e(?:[._-](?:txt|md|rst))?$/u.test(name);
  return isLicence ? "licence" : undefined;
}

function scopeOf(file: string, base: string): LicenceFile["scope"] {
  if (file.includes("/")) return "part";
  if (/(?:^|[._-])code(?:[._-]|$)/u.test(base)) return "code";
  return /(?:^|[._-])data(?:set)?s?(?:[._-]|$)/u.test(base) ? "data" : "model";
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
