/**
 * From one who calls to one who iterates, with a bound on what waits between them: `push` resolves when there is room
 * again. Once the reader is gone, what is pushed is dropped at once, so that nobody waits for nobody.
 */
export class Channel<T> implements AsyncIterable<T> {
  readonly #room: number;
  readonly #items: T[] = [];
  #ended = false;
  #deaf = false;
  #wakeReader = () => {};
  #wakeWriter = () => {};

  constructor(room: number) {
    this.#room = room;
  }

  push(item: T): void | Promise<void> {
    if (this.#deaf) return;
    this.#items.push(item);
    this.#wakeReader();
    if (this.#items.length < this.#room) return;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  end(): void {
    this.#ended = true;
    this.#wakeReader();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        // One at a time, from the front, so that what is pushed meanwhile is seen.
        for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift()) {
          if (this.#items.length < this.#room) this.#wakeWriter();
          yield item;
        }
        if (this.#ended) return;
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
      }
    } finally {
      this.#deaf = true;
      this.#wakeWriter();
    }
  }
}
