import { buildZip, type ZipMemberSpec, type ZipSpec } from "./zip.ts";

/** What a PyTorch archive holds. */
export type TorchZipSpec = {
  /** Folder of all members: PyTorch takes the file's name without its ending. Default `archive`. */
  readonly root?: string;
  readonly pickle: Uint8Array;
  /** Content of `data/<key>`. */
  readonly storages?: Readonly<Record<string, Uint8Array>>;
  /** Default `little`. */
  readonly byteorder?: string;
  /** Further members, written as they are (names are not put under the root). */
  readonly members?: readonly ZipMemberSpec[];
  /** Changes to the finished archive. */
  readonly zip?: Omit<ZipSpec, "members">;
};

/** Data begins at multiples of this, so that storages can be mapped. */
const ALIGNMENT = 64;
const UTF8_NAME = 0x0800;

/**
 * Writes an archive as `torch.save` does: stored members, sums behind the data, data aligned to 64.
 * @see pytorch/pytorch caffe2/serialize/inline_container.cc (padding), read 2026-11-25
 */
export function torchZip(spec: TorchZipSpec): Uint8Array {
  const root = spec.root ?? "archive";
  const contents: readonly (readonly [string, Uint8Array | string])[] = [
    ["data.pkl", spec.pickle],
    ["byteorder", spec.byteorder ?? "little"],
    ...Object.entries(spec.storages ?? {}).map(([key, data]) => [`data/${key}`, data] as const),
    ["version", "3\n"],
    [".data/serialization_id", "0".repeat(40)],
  ];
  const members = contents.map(([path, data]): ZipMemberSpec => ({
    name: `${root}/${path}`,
    data,
    flags: UTF8_NAME,
    align: ALIGNMENT,
    // An empty record gets no sums behind it.
    descriptor: data.length === 0 ? "none" : "signed",
  }));
  return buildZip({ ...spec.zip, members: [...members, ...(spec.members ?? [])] });
}
