import { jsonArray, jsonMember, jsonString, parseJson } from "@plimsoll/formats";

import { defineEvidence } from "../../../kernel/define-evidence.ts";
import { objectOf, textsField } from "../../../model/front-matter.ts";
import { readNamedTexts, type NamedText } from "../../../model/named-texts.ts";
import type { ModelSubject } from "../../../model/subject.ts";
import { readYaml } from "../../../model/yaml-json.ts";
import { tomlLicence } from "../toml-licence.ts";

/** What the papers of a software package or of a citation say of a licence. */
export type PackageLicence = {
  readonly file: string;
  /** As written; several where a list leaves open which. */
  readonly said: readonly string[];
  /** Why it could not be read. These papers decide nothing, so that is told and leaves the rest known. */
  readonly fault?: string;
};

declare module "../../../kernel/evidence.ts" {
  interface EvidenceTypes {
    /** Licences in CITATION.cff, package.json, pyproject.toml, codemeta.json and .zenodo.json of the top folder. */
    readonly "package-licences": readonly PackageLicence[];
  }
}

const LIMITS = {
  prefix: "PACKAGE",
  /** Papers of a package are kilobytes; a megabyte is a load (CWE-400). */
  bytes: 1_048_576,
  /** There are five names and one folder. */
  files: 8,
};

const NAMES = new Set([
  "citation.cff",
  "package.json",
  "pyproject.toml",
  "codemeta.json",
  ".zenodo.json",
]);

export default defineEvidence({
  name: "package-licences",
  needs: [],
  provide: (_evidence, { snapshot }: ModelSubject) => {
    const read = readNamedTexts(snapshot, (path) => NAMES.has(path.toLowerCase()), LIMITS);
    const value: PackageLicence[] = [];
    for (const text of read.value) {
      const said = licencesIn(text);
      if (typeof said === "string") value.push({ file: text.file, said: [], fault: said });
      else if (said.length > 0) value.push({ file: text.file, said });
    }
    return { value, unread: read.unread };
  },
});

/** The licences that a file states, or why it cannot be read. */
function licencesIn({ base, text }: NamedText): readonly string[] | string {
  if (base === "pyproject.toml") return [tomlLicence(text)].filter((one) => one !== undefined);
  if (base === "citation.cff") {
    const document = readYaml(text);
    if (document.kind === "bad") return document.reason;
    return textsField(objectOf(document.value) ?? {}, "license").texts;
  }
  try {
    const { value } = parseJson(text);
    const stated = jsonMember(value, "license");
    const all = jsonArray(stated) ?? [stated];
    return all.slice(0, 8).flatMap((one) => {
      // Zenodo once wrote `{"id": …}`, npm once `{"type": …}`.
      const inner = jsonMember(one, "id") ?? jsonMember(one, "type");
      return jsonString(one) ?? jsonString(inner) ?? [];
    });
  } catch {
    return "it is not JSON";
  }
}
