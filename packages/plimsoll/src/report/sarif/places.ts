import type { Place } from "../../kernel/finding.ts";
import { shortened } from "../foreign-text.ts";
import type { Report } from "../report.ts";
import { findingsOf } from "../words.ts";
import type { SarifArtifact, SarifArtifactLocation, SarifLocation, SarifRegion } from "./types.ts";

/** Characters of a member's name that a location says in words; its URI is whole. */
const NAME_SHOWN = 300;

/** The key of `originalUriBaseIds` that stands for the folder that was vetted. */
export const MODEL_BASE = "MODEL";

/** Turns the places of one run into locations, and keeps the artifacts they name. */
export type Places = {
  readonly artifacts: readonly SarifArtifact[];
  /** True when URIs are relative to the model; false when to the folder `vet` ran in, as GitHub reads them. */
  readonly hasModelBase: boolean;
  /**
   * Where a finding is, as every viewer can open it: the file, or the model when there is none. A result without an
   * artifact makes GitHub refuse the whole log.
   */
  readonly primary: (place: Place | undefined, line?: number) => SarifLocation;
  /** The member within the file, as a nested artifact (section 3.24.3); undefined where there is none. */
  readonly nested: (place: Place | undefined) => SarifLocation | undefined;
};

/** Opens the places of a run. */
export function openPlaces(report: Report): Places {
  const artifacts: SarifArtifact[] = [];
  const indexes = new Map<string, number>();
  const roots = rootsOf(report);
  const add = (key: string, artifact: SarifArtifact): number => {
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, artifacts.length);
    return artifacts.push(artifact) - 1;
  };
  const located = (
    file: string | undefined,
  ): SarifArtifactLocation & { readonly index: number } => {
    const location = locationOf(file, roots);
    return { ...location, index: add(location.uri, { location }) };
  };
  return {
    artifacts,
    hasModelBase: roots === undefined,
    primary: (place, line) => {
      const { file, member, offset } = place ?? {};
      const isWithin = member !== undefined;
      return {
        ...physical(located(file), isWithin ? undefined : regionOf(offset, line)),
        ...(isWithin ? { logicalLocations: [memberOf(member)] } : {}),
      };
    },
    nested: (place) => {
      const { file, member, offset } = place ?? {};
      if (file === undefined || member === undefined) return undefined;
      const parentIndex = located(file).index;
      const uri = `/${encodePath(member)}`;
      const index = add(`${parentIndex}${uri}`, { location: { uri }, parentIndex });
      return {
        ...physical({ uri, index }, regionOf(offset, undefined)),
        message: { text: "Within the file." },
      };
    },
  };
}

function physical(
  artifactLocation: SarifArtifactLocation,
  region: SarifRegion | undefined,
): Pick<SarifLocation, "physicalLocation"> {
  return { physicalLocation: { artifactLocation, ...(region === undefined ? {} : { region }) } };
}

/** A line is what people and viewers look for; where there is none, the byte. */
function regionOf(offset: number | undefined, line: number | undefined): SarifRegion | undefined {
  if (line !== undefined) return { startLine: line };
  return offset === undefined ? undefined : { byteOffset: offset, byteLength: 0 };
}

function memberOf(member: string): { readonly fullyQualifiedName: string; readonly kind: string } {
  return { fullyQualifiedName: shortened(member, NAME_SHOWN), kind: "member" };
}

/** The model, and the folder its files are named from, both relative to where `vet` ran. */
type Roots = { readonly model: string; readonly files: string };

/**
 * Undefined when the reference is absolute or leads out of the folder `vet` ran in: nothing but the model itself is
 * then a root that another machine has too.
 */
function rootsOf(report: Report): Roots | undefined {
  const { reference, files } = report.model;
  const parts = reference.split(/[/\\]/u).filter((part) => part !== "." && part !== "");
  if (/^(?:[/\\]|[A-Za-z]:)/u.test(reference) || parts.includes("..")) return undefined;
  const model = parts.join("/");
  // A file that was named itself is called by its own name, and lies in the folder before it.
  const isFile = files === 1 && namesFile(report, parts.at(-1));
  return { model, files: isFile ? parts.slice(0, -1).join("/") : model };
}

function namesFile({ concerns, unread }: Report, name: string | undefined): boolean {
  const checks = Object.values(concerns).flatMap((concern) => concern.checks);
  const findings = checks.flatMap((check) => findingsOf(check));
  return (
    findings.some(({ at }) => at?.file !== undefined && at.file === name) ||
    unread.some(({ file }) => file === name)
  );
}

function locationOf(file: string | undefined, roots: Roots | undefined): SarifArtifactLocation {
  if (roots === undefined) return { uri: encodePath(file ?? "") || ".", uriBaseId: MODEL_BASE };
  const path = file === undefined ? [roots.model] : [roots.files, file];
  const uri = path.filter((part) => part !== "").map(encodePath);
  return { uri: uri.join("/") || "." };
}

/** A path as a URI: each part percent-encoded, so that no name is a scheme, a host or a way up. */
function encodePath(path: string): string {
  const parts = path.toWellFormed().split("/").map(encodePart).join("/");
  return parts.replace(/^\/+/u, (slashes) => "%2F".repeat(slashes.length));
}

function encodePart(part: string): string {
  return part === "." || part === ".." ? part.replaceAll(".", "%2E") : encodeURIComponent(part);
}
