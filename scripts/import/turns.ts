/** Does the work of one name one after another, and that of different names side by side. */
export class Turns {
  private readonly last = new Map<string, Promise<void>>();

  /** Waits for its turn, and does the work, whatever became of the work before it. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.last.get(name);
    this.last.set(name, promise);
    try {
      await before;
      return await work();
    } finally {
      if (this.last.get(name) === promise) this.last.delete(name);
      resolve();
    }
  }
}
