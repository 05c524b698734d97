/** Reads what a server sends into buffers of our own. */
import type { Bytes } from '../verify/bytes.js';

type Source = ReadableStream<Uint8Array<ArrayBuffer>>;

export class Body {
  /** Bytes so far. */
  read = 0;
  readonly #own: ReadableStreamBYOBReader | null;
  readonly #reader: ReadableStreamDefaultReader<Bytes> | null;
  #rest: Uint8Array = new Uint8Array();

  /** `progress` is told how many have come, whenever some have. */
  constructor(
    body: Source,
    private readonly progress: (bytes: number) => void,
  ) {
    let own: ReadableStreamBYOBReader | null = null;
    try {
      own = body.getReader({ mode: 'byob' });
    } catch {
      // this browser reads no answers into buffers that it is given; below, it makes its own
    }
    this.#own = own;
    this.#reader = own === null ? body.getReader() : null;
  }

  /** Fills `bytes`, which spans its buffer, as far as something comes. The buffer is taken away meanwhile and may be another one afterwards. */
  async fill(bytes: Bytes): Promise<{ bytes: Bytes; n: number }> {
    let { buffer } = bytes;
    const size = buffer.byteLength;
    let n = 0;
    while (n < size) {
      let came: number;
      if (this.#own !== null) {
        const { done, value } = await this.#own.read(new Uint8Array(buffer, n, size - n));
        if (value === undefined) throw new Error('the answer was cancelled');
        ({ buffer } = value);
        if (done) break;
        came = value.length;
      } else {
        if (this.#rest.length === 0) {
          const next = await this.#reader?.read();
          if (next?.value === undefined) break;
          this.#rest = next.value;
        }
        came = Math.min(size - n, this.#rest.length);
        new Uint8Array(buffer).set(this.#rest.subarray(0, came), n);
        this.#rest = this.#rest.subarray(came);
      }
      n += came;
      this.read += came;
      this.progress(this.read);
    }
    return { bytes: new Uint8Array(buffer), n };
  }
}
