import { AsyncLocalStorage } from 'node:async_hooks';

/** Lets actors make their calls one at a time, in an order that is given; those left over go as they come. */
export class TakingTurns {
  private readonly actors = new AsyncLocalStorage<string>();
  private readonly waiting = new Map<string, () => void>();
  private readonly ended = new Set<string>();
  private readonly order: string[];

  constructor(order: readonly string[]) {
    this.order = [...order];
  }

  /** Runs somebody's part; what is thrown is given, so that the others go on. */
  async run<T>(actor: string, part: () => Promise<T>): Promise<T | Error> {
    try {
      return await this.actors.run(actor, part);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      this.ended.add(actor);
      this.next();
    }
  }

  /** Waits until it is this actor's turn to make a call; nobody waits outside of a part. */
  async turn(): Promise<void> {
    const actor = this.actors.getStore();
    if (actor === undefined) return;
    await new Promise<void>((resolve) => {
      this.waiting.set(actor, resolve);
      this.next();
    });
  }

  private next(): void {
    while (this.order[0] !== undefined && this.ended.has(this.order[0])) this.order.shift();
    const actor = this.order[0] ?? [...this.waiting.keys()][0];
    const go = actor === undefined ? undefined : this.waiting.get(actor);
    if (actor === undefined || !go) return;
    this.order.shift();
    this.waiting.delete(actor);
    go();
  }
}

/** Every order in which one makes so many calls and another so many. */
export function listOrders(one: readonly [string, number], other: readonly [string, number]): string[][] {
  if (one[1] === 0) return [Array.from({ length: other[1] }, () => other[0])];
  if (other[1] === 0) return [Array.from({ length: one[1] }, () => one[0])];
  return [
    ...listOrders([one[0], one[1] - 1], other).map((rest) => [one[0], ...rest]),
    ...listOrders(one, [other[0], other[1] - 1]).map((rest) => [other[0], ...rest]),
  ];
}
