/** Signatures, flags and methods of APPNOTE.TXT 6.3.10, PKWARE. */

/** Local file header, section 4.3.7: `PK\x03\x04`. */
export const LOCAL_SIGNATURE = 0x04034b50;
/** Data descriptor, section 4.3.9; its signature is optional. */
export const DESCRIPTOR_SIGNATURE = 0x08074b50;
/** Central directory file header, section 4.3.12. */
export const CENTRAL_SIGNATURE = 0x02014b50;
/** Zip64 end of central directory record, section 4.3.14. */
export const END64_SIGNATURE = 0x06064b50;
/** Zip64 end of central directory locator, section 4.3.15. */
export const LOCATOR_SIGNATURE = 0x07064b50;
/** End of central directory record, section 4.3.16. */
export const END_SIGNATURE = 0x06054b50;

/** Local header without name and extra field, in bytes. */
export const LOCAL_BYTES = 30;
/** Central record without name, extra field and comment, in bytes. */
export const CENTRAL_BYTES = 46;
/** Zip64 end record without vendor data, in bytes. */
export const END64_BYTES = 56;
/** Zip64 locator, in bytes. */
export const LOCATOR_BYTES = 20;
/** End record without comment, in bytes. */
export const END_BYTES = 22;

/** In a 16-bit field: the value is in a zip64 record. */
export const SENTINEL_16 = 0xffff;
/** In a 32-bit field: the value is in a zip64 record. */
export const SENTINEL_32 = 0xffffffff;

/** Section 4.4.4, bits 0, 6 and 13: encrypted data, strong encryption, masked local header. */
export const ENCRYPTION_FLAGS = 0x2041;
/** Section 4.4.4, bit 13: the fields of the local header are masked. */
export const MASKED_FLAG = 0x2000;
/** Section 4.4.4, bit 1 with method 14: the data ends in an end mark. */
export const LZMA_END_FLAG = 0x0002;
/** Sizes and CRC follow the data. */
export const DESCRIPTOR_FLAG = 0x0008;
/** The data is a patch to another file. */
export const PATCH_FLAG = 0x0020;
/** Name and comment are UTF-8. */
export const UTF8_FLAG = 0x0800;

/** Section 4.4.5: the data as it is. */
export const METHOD_STORED = 0;
/** Section 4.4.5: deflate (RFC 1951). */
export const METHOD_DEFLATE = 8;
/** Section 4.4.5: bzip2. */
export const METHOD_BZIP2 = 12;
/** Section 4.4.5: LZMA, with the header of section 5.8.8. */
export const METHOD_LZMA = 14;
/** Section 4.4.5: XZ, a whole file of it. */
export const METHOD_XZ = 95;
/** Section 4.4.5: Zstandard (RFC 8878). */
export const METHOD_ZSTD = 93;
/** AES by WinZip: the true method is in an extra field. */
export const METHOD_AES = 99;

/** Extra field of zip64, section 4.5.3. */
export const EXTRA_ZIP64 = 0x0001;
/** Extra field of Info-ZIP that gives the entry another name, section 4.6.9. */
export const EXTRA_UNICODE_PATH = 0x7075;
