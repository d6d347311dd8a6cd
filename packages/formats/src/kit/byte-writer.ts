/** Bytes written one field after another; grows as it goes. */
export class ByteWriter {
  readonly littleEndian: boolean;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(4_096);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(littleEndian = true) {
    this.littleEndian = littleEndian;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value, this.littleEndian);
  }

  /** Signed values are taken too, as their bits. */
  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, this.littleEndian);
  }

  /** Signed values are taken too, as their bits. */
  u64(value: number | bigint): void {
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), this.littleEndian);
  }

  f32(value: number): void {
    const at = this.#room(4);
    this.#view.setFloat32(at, value, this.littleEndian);
  }

  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, this.littleEndian);
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** Zeros. */
  zeros(count: number): void {
    this.#room(count);
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #room(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
