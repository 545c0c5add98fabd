const LINE_END = 0x0a;

/**
 * Collects text as UTF-8 outside the garbage-collected heap. If tens of thousands of lines per second waited as strings, the
 * collector would keep copying them until they are written, which costs more than creating them.
 */
export class TextBuffer {
  #bytes: Buffer;
  #length = 0;

  /** @param capacity Initial capacity in bytes. */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  append(text: string): void {
    // No UTF-16 unit takes more than three bytes, so the exact length is only computed if that estimate does not fit.
    const isRoomy = this.#length + text.length * 3 <= this.#bytes.length;
    if (!isRoomy) this.#makeRoom(this.#length + Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Appends UTF-8. Copying is much cheaper than encoding, so keep recurring text as bytes. */
  appendBytes(bytes: Uint8Array): void {
    this.#makeRoom(this.#length + bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends a line feed; much cheaper than appending it as text. */
  appendLineEnd(): void {
    this.#makeRoom(this.#length + 1);
    this.#bytes[this.#length++] = LINE_END;
  }

  /** The collected bytes: a view that is valid until the next append or {@link clear}. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  toString(): string {
    return this.#bytes.toString('utf8', 0, this.#length);
  }

  /** Discards the content but keeps the capacity. */
  clear(): void {
    this.#length = 0;
  }

  #makeRoom(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const roomier = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(roomier, 0, 0, this.#length);
    this.#bytes = roomier;
  }
}
