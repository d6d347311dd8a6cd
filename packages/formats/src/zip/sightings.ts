import type { FaultList } from "../core/fault-list.ts";
import { FormatError } from "../core/format-error.ts";
import type { CentralRecord } from "./central.ts";
import type { LocalHeader } from "./header.ts";
import type { ZipLimits } from "./limits.ts";
import { listMembers, type Sighting } from "./listing.ts";
import type { ZipMember, ZipReader } from "./types.ts";

/** Everything that any reader finds in an archive: records by the place they point to, and local headers. */
export class Sightings {
  readonly size: number;
  readonly limits: ZipLimits;
  readonly faults: FaultList;
  readonly #records = new Map<string, Sighting & { readonly by: Set<ZipReader> }>();
  readonly #first = new Map<number, CentralRecord>();
  readonly #headers = new Map<number, LocalHeader>();

  constructor(size: number, limits: ZipLimits, faults: FaultList) {
    this.size = size;
    this.limits = limits;
    this.faults = faults;
  }

  /** Adds a record, or a reader that lists it too. */
  addRecord(record: CentralRecord, shift: number, reader?: ZipReader): void {
    const headerOffset = record.localOffset + shift;
    const key = `${record.at}:${headerOffset}`;
    let sighting = this.#records.get(key);
    if (sighting === undefined) {
      if (this.#records.size >= this.limits.members) {
        this.faults.keep(FormatError.limit("ARCHIVE_MAX_MEMBERS", this.limits.members, record.at));
        return;
      }
      // A directory is read once for each reader: its records are kept once.
      const kept = this.#first.get(record.at) ?? record;
      this.#first.set(record.at, kept);
      sighting = { record: kept, headerOffset, by: new Set() };
      this.#records.set(key, sighting);
    }
    if (reader !== undefined) sighting.by.add(reader);
  }

  addHeader(header: LocalHeader): void {
    this.#headers.set(header.at, header);
  }

  hasHeader(at: number): boolean {
    return this.#headers.has(at);
  }

  /** Where records say that local headers are. */
  *wantedHeaders(): Generator<number> {
    for (const { headerOffset } of this.#records.values()) yield headerOffset;
  }

  /** What the archive holds for all readers together. */
  members(): readonly ZipMember[] {
    return listMembers([...this.#records.values()], this.#headers, this);
  }
}
