import { FormatError } from "../core/format-error.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { sliceSource } from "../source/slice.ts";
import type { TarMember } from "./types.ts";

/**
 * The data of a member: a window on the archive, shorter than `size` where the archive is cut.
 * @throws FormatError `unsupported` for a sparse file; `bad-field` for what has no data: a link, a folder, a device.
 */
export function tarMemberSource(archive: ByteSource, member: TarMember): ByteSource {
  const { kind, dataOffset, size, headerOffset: offset } = member;
  if (kind === "sparse") {
    throw new FormatError("unsupported", "a sparse file is not put together", { offset });
  }
  if (kind !== "file" && kind !== "other") {
    throw new FormatError("bad-field", `a ${kind} has no data`, { offset });
  }
  return sliceSource(archive, dataOffset, size, `${archive.id}!${member.name}`);
}
