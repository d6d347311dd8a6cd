import { formatCount } from "../core/count.ts";
import type { Cursor, Reading } from "../core/cursor.ts";
import { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { ByteRange, Parsed } from "../core/parsed.ts";
import { isUnsafeName } from "../zip/name.ts";
import {
  mergeOverrides,
  NO_OVERRIDES,
  readGnuLong,
  readPax,
  type TarOverrides,
} from "./extended.ts";
import { BLOCK, SPARSE_NEXT_AT } from "./fields.ts";
import { hasData, readHeader, type TarHeader } from "./header.ts";
import type { TarLimits } from "./limits.ts";
import { isUnsafeLink, pathOf } from "./names.ts";
import { hasChecksum, isZero } from "./numbers.ts";
import type { TarArchive, TarMember } from "./types.ts";

/** The walk over an archive, header by header. */
export class TarReader {
  readonly #cursor: Cursor;
  readonly #limits: TarLimits;
  readonly #faults: FaultList = new FaultList();
  readonly #members: TarMember[] = [];
  readonly #unclaimed: ByteRange[] = [];
  readonly #paths = new Map<string, TarMember>();
  #next: TarOverrides = NO_OVERRIDES;
  #global: TarOverrides = NO_OVERRIDES;
  #headers = 0;
  #names = 0;
  #searched = 0;
  /** Members may be missing, or cut. */
  #isHidden = false;

  constructor(cursor: Cursor, limits: TarLimits) {
    this.#cursor = cursor;
    this.#limits = limits;
  }

  /** Reads up to the end of the archive. @throws FormatError what ends reading before it. */
  *readAll(): Reading<void> {
    const cursor = this.#cursor;
    let zeros = 0;
    let damagedAt: number | undefined;
    while (zeros < 2 && cursor.remaining >= BLOCK) {
      const at = cursor.offset;
      yield* cursor.fill(BLOCK);
      const block = cursor.bytes(BLOCK);
      const isEmpty = isZero(block);
      const isHeader = !isEmpty && hasChecksum(block);
      if (damagedAt !== undefined && (isEmpty || isHeader)) {
        this.#unclaimed.push({ start: damagedAt, end: at });
        damagedAt = undefined;
      }
      if (isHeader) {
        // Python ends at the first zero block, GNU tar at two.
        if (zeros > 0) this.#faults.add("ambiguous", "a member behind a block of zeros", at);
        yield* this.#readOne(readHeader(block, at, this.#faults));
      } else if (!isEmpty) {
        if (damagedAt === undefined) this.#damaged(at);
        damagedAt ??= at;
        this.#search(at);
      }
      zeros = isEmpty ? zeros + 1 : 0;
    }
    if (damagedAt !== undefined) this.#unclaimed.push({ start: damagedAt, end: cursor.offset });
    if (zeros < 2) this.#endEarly(zeros);
    else yield* this.#readRest();
  }

  /** Keeps the fault that ended reading. */
  stop(fault: FormatError): void {
    this.#faults.stop(fault);
    this.#isHidden = true;
  }

  result(): Parsed<TarArchive> {
    return {
      value: { members: this.#members },
      faults: this.#faults.list,
      complete: !this.#isHidden && !this.#faults.list.some(({ code }) => code === "bad-field"),
      unclaimed: this.#unclaimed,
    };
  }

  #damaged(at: number): void {
    this.#faults.add("checksum", "a header does not match its checksum", at);
    this.#isHidden = true;
  }

  #countHeader(at: number): void {
    this.#headers += 1;
    const { headers } = this.#limits;
    if (this.#headers > headers) throw FormatError.limit("TAR_MAX_HEADERS", headers, at);
  }

  #search(at: number): void {
    this.#searched += BLOCK;
    const { search } = this.#limits;
    if (this.#searched <= search) return;
    this.#unclaimed.push({ start: at, end: this.#cursor.size });
    throw FormatError.limit("TAR_MAX_SEARCH", search, at);
  }

  *#readOne(header: TarHeader): Reading<void> {
    this.#countHeader(header.offset);
    if (EXTENDED.has(header.type)) yield* this.#readExtended(header);
    else yield* this.#readMember(header);
  }

  *#readExtended({ type, size, offset }: TarHeader): Reading<void> {
    const cursor = this.#cursor;
    const { extended } = this.#limits;
    const at = cursor.offset;
    if (size > extended) {
      // The member behind it is read all the same, under a name that may be cut.
      this.#faults.keep(FormatError.limit("TAR_MAX_EXTENDED", extended, offset));
      this.#isHidden = true;
      this.#skip(at, size);
      return;
    }
    yield* cursor.fill(size);
    const content = cursor.bytes(size);
    const found = PAX.has(type)
      ? readPax(content, at, this.#faults)
      : readGnuLong(type, content, at, this.#faults);
    this.#skip(at, size);
    if (type !== "g") {
      this.#next = mergeOverrides(this.#next, found, offset, this.#faults);
      return;
    }
    if (found.name !== undefined || found.linkTarget !== undefined || found.size !== undefined) {
      this.#faults.add("ambiguous", "a global header renames or resizes all members", offset);
    }
    this.#global = found;
  }

  *#readMember(header: TarHeader): Reading<void> {
    const { offset, type } = header;
    const next = this.#next;
    this.#next = NO_OVERRIDES;
    if (header.hasSparseMap) yield* this.#skipSparseMap();
    const kind = header.kind === "file" && next.isSparse ? "sparse" : header.kind;
    const size = next.size ?? header.size;
    if (next.size !== undefined && header.size !== 0 && header.size !== size) {
      this.#faults.add("ambiguous", "two headers give a member another size", offset);
    }
    const isFollowed = hasData(kind);
    if (!isFollowed && size > 0) {
      this.#faults.add("ambiguous", "a member without data has a size", offset);
    }
    const name = next.name ?? this.#global.name ?? header.name;
    const own = header.linkTarget;
    const linkTarget =
      own === undefined ? own : (next.linkTarget ?? this.#global.linkTarget ?? own);
    this.#keep({
      name,
      kind,
      type,
      size: isFollowed ? size : 0,
      headerOffset: offset,
      dataOffset: this.#cursor.offset,
      linkTarget,
      unsafeName: isUnsafeName(name),
      unsafeLink: isUnsafeLink(name, kind, linkTarget),
    });
    if (isFollowed) this.#skip(this.#cursor.offset, size);
  }

  #keep(member: TarMember): void {
    const { name, linkTarget, headerOffset } = member;
    const { members, names } = this.#limits;
    if (this.#members.length >= members) {
      throw FormatError.limit("ARCHIVE_MAX_MEMBERS", members, headerOffset);
    }
    this.#names += name.length + (linkTarget?.length ?? 0);
    if (this.#names > names) throw FormatError.limit("TAR_MAX_NAMES", names, headerOffset);
    const path = pathOf(name);
    const before = this.#paths.get(path);
    // Folders are named again before what is in them, and nothing comes of it.
    if (before !== undefined && (before.kind !== "directory" || member.kind !== "directory")) {
      this.#faults.add("duplicate", "name appears more than once", headerOffset);
    }
    this.#paths.set(path, member);
    this.#members.push(member);
  }

  /** Blocks with more of the map stand between header and data. */
  *#skipSparseMap(): Reading<void> {
    const cursor = this.#cursor;
    let more = true;
    while (more) {
      this.#countHeader(cursor.offset);
      yield* cursor.fill(BLOCK);
      more = cursor.bytes(BLOCK)[SPARSE_NEXT_AT] !== 0;
    }
  }

  /** Goes behind data that is padded to whole blocks. @throws FormatError `truncated`. */
  #skip(from: number, size: number): void {
    const end = from + size;
    if (end > this.#cursor.size) {
      const missing = formatCount(end - this.#cursor.size);
      this.#cursor.seek(this.#cursor.size);
      throw new FormatError("truncated", `data ends early: ${missing} bytes are missing`, {
        offset: this.#cursor.size,
      });
    }
    this.#cursor.seek(Math.min(from + Math.ceil(size / BLOCK) * BLOCK, this.#cursor.size));
  }

  /** The file ends before the archive says so: after one block of zeros all readers are content. */
  #endEarly(zeros: number): void {
    const cursor = this.#cursor;
    const start = cursor.offset;
    if (zeros === 1 && cursor.remaining === 0) return;
    if (cursor.remaining > 0) this.#unclaimed.push({ start, end: cursor.size });
    this.stop(new FormatError("truncated", "the archive has no end", { offset: cursor.size }));
  }

  /** Behind the end there are zeros, up to what was once the record of a tape. */
  *#readRest(): Reading<void> {
    const cursor = this.#cursor;
    while (cursor.remaining > 0) {
      const at = cursor.offset;
      const length = Math.min(BLOCK, cursor.remaining);
      yield* cursor.fill(length);
      const place = cursor.bytes(length).findIndex((byte) => byte !== 0);
      if (place >= 0) {
        const start = at + place;
        this.#unclaimed.push({ start, end: cursor.size });
        this.#faults.add("gap", `${cursor.size - start} bytes after the archive`, start);
        return;
      }
      this.#search(at);
    }
  }
}

const PAX: ReadonlySet<string> = new Set(["x", "X", "g"]);
const EXTENDED: ReadonlySet<string> = new Set([...PAX, "L", "K"]);
