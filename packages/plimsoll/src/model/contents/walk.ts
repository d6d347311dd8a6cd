import {
  Budget,
  FormatError,
  sniffSource,
  type ByteSource,
  type Parsed,
  type PickleStreams,
  type Sniffed,
  type SniffFormat,
} from "@plimsoll/formats";

import { unread, type Unread } from "../../kernel/unread.ts";
import { unreadOf } from "../read.ts";
import type { SnapshotFile } from "../snapshot.ts";
import type { Content, Contents, PickleFound, TarFound } from "./content.ts";
import type { Container, Finder, Inner, LookInto, Opened, PlacedZip, Window } from "./inner.ts";
import { CONTENTS_MAX_HELD, DEFAULT_CONTENT_LIMITS, type ContentLimits } from "./limits.ts";
import { lookIntoOf } from "./look-into.ts";
import { baseOf, memberPath } from "./member-path.ts";
import { isNamedPickle, readStreams } from "./pickle-streams.ts";

/** What was found in a file, before it is shared. */
export type Harvest = {
  readonly [
    key in "entries" | "zips" | "tars" | "pickles" | "unreadPickles"
  ]: Contents[key][number][];
};

/** An entry whose containers are still being looked into. */
type Draft = { -readonly [key in keyof Content]: Content[key] };

/**
 * One walk over everything that lies within one file, containers within containers, depth first.
 *
 * All of it is paid from one budget: bytes that are decompressed, members, pickle opcodes, and depth. When
 * that is spent the walk ends, and says so.
 */
export class ContentWalk implements Finder {
  readonly budget: Budget;
  readonly harvest: Harvest = { entries: [], zips: [], tars: [], pickles: [], unreadPickles: [] };
  readonly unread: Unread[] = [];
  readonly #file: SnapshotFile;
  readonly #limits: ContentLimits;
  #held = 0;
  #untold = 0;
  readonly #zips: PlacedZip[] = [];
  /** The pickles of the content that was visited last. */
  #last: PickleFound | undefined = undefined;

  constructor(
    file: SnapshotFile,
    limits: Partial<ContentLimits> = {},
    budget: Budget = new Budget(),
  ) {
    this.#file = file;
    this.#limits = { ...DEFAULT_CONTENT_LIMITS, ...limits };
    this.budget = budget;
  }

  /** Looks into the file; false when it is no container. @throws FormatError `io` and `changed`. */
  walk(source: ByteSource, formats: readonly Sniffed[]): boolean {
    const { base, path } = this.#file;
    const container = {
      file: this.#file,
      member: undefined,
      name: base,
      depth: 0,
      source,
      window: START,
    };
    let isOpened = false;
    try {
      isOpened = this.#lookInto(container, formats, undefined);
    } catch (error) {
      if (!isSpent(error)) throw error;
      isOpened = true;
      this.tell(unreadOf(path, error));
    }
    if (this.#untold > 0) {
      this.unread.push(unread(path, `${this.#untold} more parts of it are unread`));
    }
    return isOpened;
  }

  tell(...unreads: readonly Unread[]): void {
    for (const one of unreads) {
      if (this.unread.length < this.#limits.unread) this.unread.push(one);
      else this.#untold += 1;
    }
  }

  keepZip(found: PlacedZip): void {
    this.#zips.push(found);
    this.harvest.zips.push(found.zip);
  }

  keepTar(tar: TarFound): void {
    this.harvest.tars.push(tar);
  }

  pickleAt(member: string): Parsed<PickleStreams> | undefined {
    return this.#last?.member === member ? this.#last.parsed : undefined;
  }

  /** Looks into a source as each container it can be read as; true when it was one. */
  #lookInto(container: Outside, formats: readonly Sniffed[], parent: Content | undefined): boolean {
    const { arraySteps, containerSteps } = this.#limits;
    const before = this.#zips.length;
    const openedAs: SniffFormat[] = [];
    for (const { format, look } of looksFor(formats)) {
      const place = { ...container, openedAs, zipsInside: this.#zips.slice(before) };
      try {
        this.budget.enter(container.depth);
        this.budget.operate(format === "npy" ? arraySteps : containerSteps, 0);
        const looking = look(place, this);
        let step = looking.next();
        for (; step.done !== true; step = looking.next()) this.#visit(place, step.value, parent);
        if (step.value) openedAs.push(format);
      } catch (error) {
        if (isSpent(error)) throw error;
        this.tell(unreadOf(this.#file.path, error, container.member));
      }
    }
    return openedAs.length > 0;
  }

  /** Opens one thing in a container, says what it is, reads its pickles and looks into it in turn. */
  #visit(container: Container, inner: Inner, parent: Content | undefined): void {
    const member = memberPath(container.member, inner.step);
    try {
      const opened = this.#open(container, inner);
      if (opened === undefined) return;
      this.tell(...opened.unread);
      this.#held += opened.held;
      try {
        const source = opened.held > 0 ? detached(opened.source) : opened.source;
        this.#read(container, inner, { member, source, parent });
      } finally {
        this.#held -= opened.held;
      }
    } catch (error) {
      if (isSpent(error)) throw error;
      this.tell(unreadOf(this.#file.path, error, member));
    }
  }

  #open({ source }: Container, inner: Inner): Opened | undefined {
    const { held } = this.#limits;
    const room = held - this.#held;
    if (inner.willHold > room) throw FormatError.limit("CONTENTS_MAX_HELD", held, 0);
    return inner.open(source, this.budget, room);
  }

  #read(container: Container, inner: Inner, found: Found): void {
    const { source, member, parent } = found;
    // NumPy reads every member that begins as an array of its own, whatever PyTorch takes it for.
    const isStorage = inner.isNumbers && !isArray(source);
    const formats = isStorage ? [] : sniffSource(source);
    const entry: Draft = {
      file: this.#file.path,
      member,
      name: inner.name,
      base: baseOf(inner.name),
      size: source.size,
      depth: container.depth + 1,
      formats,
      isStorage,
      isOpened: false,
      parent: () => parent,
      open: (bytes, budget) => openAgain(inner, bytes, budget),
    };
    this.harvest.entries.push(entry);
    if (isStorage || source.size === 0) return;
    const { name, at } = inner;
    const { bytes, start } = container.window;
    const window = at === undefined ? { bytes: entry, start: 0 } : { bytes, start: start + at };
    const within = { file: this.#file, member, name, depth: entry.depth, source, window };
    entry.isOpened = this.#lookInto(within, formats, entry);
    this.#readPickles(entry, inner.isPickle, source);
  }

  #readPickles(
    { base, formats, member, isOpened }: Content,
    isPickle: boolean,
    source: ByteSource,
  ): void {
    const named = isPickle || (!isOpened && isNamedPickle(base, formats));
    try {
      const parsed = readStreams(source, named, this.budget);
      if (parsed === undefined) return;
      this.#last = { file: this.#file.path, member, parsed };
      this.harvest.pickles.push(this.#last);
    } catch (error) {
      if (isSpent(error)) throw error;
      this.harvest.unreadPickles.push(unreadOf(this.#file.path, error, member));
    }
  }
}

/** Gives copies: what a reader keeps of a name must not keep the whole of what was decompressed in memory. */
function detached(source: ByteSource): ByteSource {
  const { id, size } = source;
  // Not `slice`: of a Buffer, which the engine's decoders return, that is a view.
  return { id, size, read: (offset, length) => new Uint8Array(source.read(offset, length)) };
}

type Look = { readonly format: SniffFormat; readonly look: LookInto };

/** How to look into what the formats say, zip last: its reader finds an archive behind anything else. */
function looksFor(formats: readonly Sniffed[]): readonly Look[] {
  const names = new Set(formats.map(({ format }) => format));
  const looks = [...names].flatMap((format): Look[] => {
    const look = lookIntoOf(format);
    return look === undefined ? [] : [{ format, look }];
  });
  return looks.toSorted((a, b) => Number(a.format === "zip") - Number(b.format === "zip"));
}

/** The file itself. */
const START: Window = { bytes: {}, start: 0 };

/** A source that is to be looked into, before anything was. */
type Outside = Omit<Container, "openedAs" | "zipsInside">;

type Found = {
  readonly member: string;
  readonly source: ByteSource;
  readonly parent: Content | undefined;
};

function openAgain(inner: Inner, bytes: ByteSource, budget: Budget): ByteSource {
  const opened = inner.open(bytes, budget, CONTENTS_MAX_HELD);
  if (opened !== undefined) return opened.source;
  throw new FormatError("changed", `${bytes.id} is no longer what it was`, { offset: 0 });
}

/** Limits of the whole file: once one is reached, all that follows would reach it again. */
const WHOLE: ReadonlySet<string> = new Set([
  "INFLATE_MAX_BYTES",
  "OPERATIONS_MAX",
  "ARCHIVE_MAX_MEMBERS",
]);

function isSpent(error: unknown): boolean {
  return FormatError.isInstance(error) && error.limit !== undefined && WHOLE.has(error.limit.name);
}

/** The mark of a NumPy array (numpy/lib/format.py, magic). */
const NPY_MARK = Buffer.from("\u0093NUMPY", "latin1");

function isArray(content: ByteSource): boolean {
  return NPY_MARK.equals(content.read(0, Math.min(NPY_MARK.length, content.size)));
}
