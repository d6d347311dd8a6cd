import type { Budget, ByteSource, Parsed, PickleStreams } from "@plimsoll/formats";

import type { Unread } from "../../kernel/unread.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { TarFound, ZipFound } from "./content.ts";

/** Where bytes lie: in the file, or in one run of decompressed data. */
export type Window = {
  /** The same object for all that lies in the same bytes. */
  readonly bytes: object;
  readonly start: number;
};

/** A zip archive that was found, and where. */
export type PlacedZip = { readonly zip: ZipFound; readonly window: Window };

/** A container that is being looked into. */
export type Container = {
  readonly file: SnapshotFile;
  /** The way to it; undefined when it is the file. */
  readonly member: string | undefined;
  readonly name: string;
  readonly depth: number;
  readonly source: ByteSource;
  readonly window: Window;
  /** What it was opened as already, from its beginning: only then is a zip archive at its end a second one. */
  readonly openedAs: readonly string[];
  /** The zip archives that were found in it until now, as what it was opened as. */
  readonly zipsInside: readonly PlacedZip[];
};

/** Something in a container, before it is opened. */
export type Inner = {
  /** How it is written on the way to it. */
  readonly step: string;
  readonly name: string;
  /** True when a loader unpickles it, whatever its bytes look like. */
  readonly isPickle: boolean;
  /** True when a loader takes it for raw numbers. */
  readonly isNumbers: boolean;
  /** Where it begins in its container; undefined when it is decompressed. */
  readonly at: number | undefined;
  /** Bytes of memory it will take, as far as that is known before. */
  readonly willHold: number;
  /** Undefined when the container is not what its first bytes said. @throws FormatError when there is nothing to give. */
  readonly open: (source: ByteSource, budget: Budget, room: number) => Opened | undefined;
};

/** Something that was opened. */
export type Opened = {
  readonly source: ByteSource;
  /** Bytes of memory it takes; 0 for a window on its container. */
  readonly held: number;
  /** What is missing or damaged. */
  readonly unread: readonly Unread[];
};

/** What a reader of containers may ask and tell. */
export type Finder = {
  readonly budget: Budget;
  readonly tell: (...unreads: readonly Unread[]) => void;
  readonly keepZip: (found: PlacedZip) => void;
  readonly keepTar: (tar: TarFound) => void;
  /** The pickles that were found at a place. */
  readonly pickleAt: (member: string) => Parsed<PickleStreams> | undefined;
};

/**
 * Looks into a container. What it yields is visited before it goes on; false when it is none.
 * @throws FormatError when it cannot be read at all.
 */
export type LookInto = (container: Container, finder: Finder) => Generator<Inner, boolean>;
