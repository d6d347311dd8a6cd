/** The part of SARIF 2.1.0 (errata 01) that is written here, named as section 3 of the standard names it. */
export type SarifLog = {
  readonly $schema: string;
  readonly version: "2.1.0";
  readonly runs: readonly SarifRun[];
};

/** One model (section 3.14). */
export type SarifRun = {
  readonly tool: { readonly driver: SarifDriver };
  readonly automationDetails: { readonly id: string };
  readonly originalUriBaseIds?: Readonly<Record<string, { readonly description: SarifMessage }>>;
  readonly invocations: readonly SarifInvocation[];
  readonly artifacts: readonly SarifArtifact[];
  readonly results: readonly SarifResult[];
  readonly properties: Readonly<Record<string, unknown>>;
};

/** The program and its rules (section 3.19). */
export type SarifDriver = {
  readonly name: string;
  readonly semanticVersion: string;
  readonly rules: readonly SarifRule[];
  readonly notifications: readonly SarifRule[];
};

/** A rule or a kind of notification (section 3.49). */
export type SarifRule = {
  readonly id: string;
  readonly name?: string;
  readonly shortDescription: SarifMessage;
  readonly fullDescription?: SarifMessage;
  readonly help?: SarifMessage & { readonly markdown: string };
  readonly helpUri?: string;
  readonly defaultConfiguration?: { readonly level: SarifLevel };
  readonly properties?: Readonly<Record<string, unknown>>;
};

/** A sentence (section 3.11). */
export type SarifMessage = { readonly text: string };

/** How grave a result is (section 3.27.10). */
export type SarifLevel = "error" | "warning" | "note" | "none";

/** One finding, or one check that could not answer (section 3.27). */
export type SarifResult = {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind: "fail" | "open";
  readonly level: SarifLevel;
  readonly message: SarifMessage;
  readonly locations: readonly SarifLocation[];
  readonly relatedLocations?: readonly SarifLocation[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  /** Somebody accepted it outside the code (section 3.35). */
  readonly suppressions?: readonly {
    readonly kind: "external";
    readonly status: "accepted";
    readonly justification?: string;
  }[];
  readonly properties: Readonly<Record<string, unknown>>;
};

/** A place (section 3.28). */
export type SarifLocation = {
  readonly physicalLocation: {
    readonly artifactLocation: SarifArtifactLocation;
    readonly region?: SarifRegion;
  };
  readonly logicalLocations?: readonly {
    readonly fullyQualifiedName: string;
    readonly kind: string;
  }[];
  readonly message?: SarifMessage;
};

/** A file by URI and by its index among the artifacts (section 3.4). */
export type SarifArtifactLocation = {
  readonly uri: string;
  readonly uriBaseId?: string;
  readonly index?: number;
};

/** A line, or bytes (section 3.30). */
export type SarifRegion =
  | { readonly startLine: number }
  | { readonly byteOffset: number; readonly byteLength: number };

/** A file, or a member of one (section 3.24). */
export type SarifArtifact = {
  readonly location: SarifArtifactLocation;
  readonly parentIndex?: number;
};

/** How the run went (section 3.20). */
export type SarifInvocation = {
  readonly executionSuccessful: boolean;
  readonly toolExecutionNotifications: readonly SarifNotification[];
};

/** Something about the run itself (section 3.58). */
export type SarifNotification = {
  readonly descriptor: { readonly id: string; readonly index: number };
  readonly level: SarifLevel;
  readonly message: SarifMessage;
  readonly locations?: readonly SarifLocation[];
};
