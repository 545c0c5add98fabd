const LINE_END = 0x0a;

/**
 * Text gathered as UTF-8, outside of the heap that is garbage-collected. Lines by the ten thousand a second that wait as strings
 * are copied by the collector until they have been written: that, not making them, is most of what they cost.
 */
export class TextBuffer {
  #bytes: Buffer;
  #length = 0;

  /** @param capacity How many bytes there is room for at first. */
  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  append(text: string): void {
    // No UTF-16 unit takes more than three bytes: counted is only where that might be too much.
    const isRoomy = this.#length + text.length * 3 <= this.#bytes.length;
    if (!isRoomy) this.#makeRoom(this.#length + Buffer.byteLength(text));
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Appends UTF-8. Copying is a tenth of encoding: text that is the same again and again is best kept as bytes. */
  appendBytes(bytes: Uint8Array): void {
    this.#makeRoom(this.#length + bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Appends a line end; a tenth of what it costs as a text. */
  appendLineEnd(): void {
    this.#makeRoom(this.#length + 1);
    this.#bytes[this.#length++] = LINE_END;
  }

  /** What was gathered; a view that holds until something is appended, or until {@link clear}. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  toString(): string {
    return this.#bytes.toString('utf8', 0, this.#length);
  }

  /** Begins anew in the same room. */
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
