import type {
  Budget,
  ByteSource,
  FormatError,
  Parsed,
  PickleStreams,
  Sniffed,
  TarArchive,
  ZipArchive,
} from "@plimsoll/formats";

import type { Unread } from "../../kernel/unread.ts";
import type { SnapshotFile } from "../snapshot.ts";

/** Something that lies within a file: a member of an archive, or what a compressed file becomes. */
export type Content = {
  /** The file of the snapshot in which it lies. */
  readonly file: string;
  /** The way to it within that file, as `memberPath` writes it. */
  readonly member: string;
  /** Its name as its container stores it; that of the container for what has none. */
  readonly name: string;
  /** Lower-case last part of its name. */
  readonly base: string;
  /** Bytes after decompression. */
  readonly size: number;
  /** Containers around it: 1 for a member of the file itself. */
  readonly depth: number;
  readonly formats: readonly Sniffed[];
  /** True for raw tensor bytes of a PyTorch archive. */
  readonly isStorage: boolean;
  /** True when it is a container itself and was opened: what it holds is listed too. */
  readonly isOpened: boolean;
  /** The container it lies in; undefined when that is the file. A function, so that printing an entry does not print its ancestors. */
  readonly parent: () => Content | undefined;
  /** Opens it within its container. @throws FormatError when there is nothing to give. */
  readonly open: (container: ByteSource, budget: Budget) => ByteSource;
};

/** One zip archive, at any depth: weights saved by PyTorch, NumPy or Keras, or anything else that was packed. */
export type ZipFound = {
  readonly file: SnapshotFile;
  /** The way to it; undefined when it is the file. */
  readonly member: string | undefined;
  readonly archive: ZipArchive;
  /** Folder of a PyTorch archive, ending in `/`; undefined when it is none. */
  readonly torchRoot: string | undefined;
  /** What is wrong with its structure; each is unread too. */
  readonly faults: readonly FormatError[];
};

/** One tar archive, at any depth. */
export type TarFound = {
  readonly file: SnapshotFile;
  /** The way to it; undefined when it is the file. */
  readonly member: string | undefined;
  readonly archive: TarArchive;
  /** What is wrong with its structure; each is unread too. */
  readonly faults: readonly FormatError[];
};

/** The pickles of one content. */
export type PickleFound = {
  readonly file: string;
  readonly member: string;
  readonly parsed: Parsed<PickleStreams>;
};

/** Everything that lies within the files of a model. */
export type Contents = {
  /** Each container before what it holds. */
  readonly entries: readonly Content[];
  readonly zips: readonly ZipFound[];
  readonly tars: readonly TarFound[];
  readonly pickles: readonly PickleFound[];
  /** What could not be read as a pickle and should be one; apart from what could not be opened at all. */
  readonly unreadPickles: readonly Unread[];
  /** Files of the snapshot that are containers and were opened. */
  readonly opened: ReadonlySet<string>;
};
