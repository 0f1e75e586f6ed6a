import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { NOW } from '../fixtures.ts';
import { MemoryTables } from '../world/memory-tables.ts';
import { MAIN_TABLE } from '../world/table-definitions.ts';
import { type Actor, type Mischief, NO_MISCHIEF, Scheduler, SimulationError, SOME_MISCHIEF } from './scheduler.ts';

const TableName = MAIN_TABLE.name;
const KEY = { pk: 'counter', sk: 'counter' };

/** Adds one: reads, and writes unless another was faster, then again. The careless one does not look. */
async function addOne(actor: Actor, tables: MemoryTables, careless: boolean): Promise<void> {
  const client = tables.client(actor.hooks);
  for (let attempt = 0; ; attempt++) {
    const { Item } = await client.send(new GetCommand({ TableName, Key: KEY, ConsistentRead: true }));
    const seen = Number(Item?.total);
    const unchanged = { ConditionExpression: 'total = :seen', ExpressionAttributeValues: { ':seen': seen } };
    const put = { TableName, Item: { ...KEY, total: seen + 1 }, ...(careless ? {} : unchanged) };
    try {
      await client.send(new PutCommand(put));
      return;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      await actor.sleep(actor.random() * 10 * 2 ** attempt);
    }
  }
}

interface Options {
  readonly mischief?: Mischief;
  readonly careless?: boolean;
  readonly actors?: number;
}

/** Runs some counting actors under one seed. Nothing may be counted twice, and nothing that ended be lost. */
async function simulate(seed: number, { mischief = SOME_MISCHIEF, careless = false, actors = 4 }: Options = {}) {
  const tables = new MemoryTables([MAIN_TABLE]);
  tables.seed(TableName, [{ ...KEY, total: 0 }]);
  const scheduler = new Scheduler(seed, { start: NOW, mischief });
  for (let index = 1; index <= actors; index++) {
    scheduler.spawn(`actor ${index}`, (actor) => addOne(actor, tables, careless));
  }
  const total = () => Number(tables.items(TableName)[0]?.total);
  await scheduler.run({
    check: () => {
      const returned = [...scheduler.ends.values()].filter((end) => typeof end === 'object' && 'returned' in end);
      if (total() < returned.length) throw new Error(`${returned.length} have counted, and the total is ${total()}`);
    },
  });
  return { scheduler, total: total() };
}

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);

describe('the scheduler', () => {
  it('tells the same story for the same seed, and another for another', async () => {
    const [once, again, other] = [await simulate(7), await simulate(7), await simulate(8)];
    expect(once.scheduler.story).toEqual(again.scheduler.story);
    expect(once.scheduler.story).not.toEqual(other.scheduler.story);
  });

  it('tells each step with its time, its actor and what became of it', async () => {
    const { scheduler, total } = await simulate(1, { mischief: NO_MISCHIEF, actors: 1 });
    expect(total).toBe(1);
    expect(scheduler.story.map((line) => line.trim())).toEqual([
      '0 ms  actor 1 begins',
      '0 ms  actor 1 calls DynamoDB Get',
      '0 ms  actor 1 is answered by DynamoDB Get',
      '0 ms  actor 1 calls DynamoDB Put',
      '0 ms  actor 1 is answered by DynamoDB Put',
      '0 ms  actor 1 ends',
    ]);
  });

  it('finds no order in which a write that looks first loses a count', async () => {
    for (const seed of seeds(200)) {
      const { total } = await simulate(seed, { mischief: NO_MISCHIEF });
      expect(total).toBe(4);
    }
  });

  it('finds the order in which one that does not look loses a count, and prints its seed and story', async () => {
    const failures = await Promise.all(
      seeds(20).map((seed) =>
        simulate(seed, { careless: true, mischief: NO_MISCHIEF }).catch((error: unknown) => error),
      ),
    );
    const failure = failures.find((found) => found instanceof SimulationError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^Seed \d+: 2 have counted, and the total is 1\n/),
    });
    expect(failure).toMatchObject({ message: expect.stringContaining('is answered by DynamoDB Put') });
  });

  it('loses calls before they get there and answers after, and kills, each under some seed', async () => {
    const stories: string[] = [];
    for (const seed of seeds(100)) stories.push(...(await simulate(seed)).scheduler.story);
    const told = stories.join('\n');
    expect(told).toMatch(/calls DynamoDB Put, but the call is lost/);
    expect(told).toMatch(/is answered by DynamoDB Put, but the answer is lost/);
    expect(told).toMatch(/calls DynamoDB Put, but goes no further/);
    expect(told).toMatch(/fails with TimeoutError/);
    expect(told).toMatch(/is answered by DynamoDB Put: ConditionalCheckFailedException/);
  });

  it.each([
    { lost: 'call', kind: 'loseBefore', written: 0 },
    { lost: 'answer', kind: 'loseAfter', written: 1 },
  ] as const)('fails the caller of a lost $lost, having written $written items', async ({ kind, written }) => {
    const tables = new MemoryTables([MAIN_TABLE]);
    const scheduler = new Scheduler(1, { start: NOW, mischief: { ...NO_MISCHIEF, [kind]: 1_000_000 } });
    scheduler.spawn('writer', ({ hooks }) => tables.client(hooks).send(new PutCommand({ TableName, Item: KEY })));
    await scheduler.run();
    expect(scheduler.ends.get('writer')).toMatchObject({ threw: { name: 'TimeoutError' } });
    expect(tables.items(TableName)).toHaveLength(written);
  });

  it('moves time by sleeps alone, and no real time passes', async () => {
    const scheduler = new Scheduler(1, { start: NOW, mischief: NO_MISCHIEF });
    const began = Date.now();
    scheduler.spawn('sleeper', async ({ sleep, now }) => {
      await sleep(86_400_000);
      return now();
    });
    await scheduler.run();
    expect(scheduler.ends.get('sleeper')).toEqual({ returned: new Date(NOW.getTime() + 86_400_000) });
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  it('never lets a killed actor go on, nor what it had begun beside', async () => {
    const tables = new MemoryTables([MAIN_TABLE]);
    const scheduler = new Scheduler(1, { start: NOW, mischief: { ...NO_MISCHIEF, kill: 1_000_000 } });
    let wentOn = false;
    scheduler.spawn('killed', async ({ hooks }) => {
      const client = tables.client(hooks);
      await Promise.all([1, 2].map((n) => client.send(new PutCommand({ TableName, Item: { ...KEY, n } }))));
      wentOn = true;
    });
    await scheduler.run();
    expect({ wentOn, ends: [...scheduler.ends.values()], items: tables.items(TableName) }).toEqual({
      wentOn: false,
      ends: ['killed'],
      items: [],
    });
  });

  it('waits for real work on another thread before it takes the next step', async () => {
    const scheduler = new Scheduler(1, { start: NOW, mischief: NO_MISCHIEF });
    scheduler.spawn('hasher', () => crypto.subtle.digest('SHA-256', new Uint8Array(1_000_000)));
    await scheduler.run();
    expect(scheduler.story.at(-1)).toMatch(/hasher ends$/);
  });

  it('refuses a story that does not come to an end', async () => {
    const scheduler = new Scheduler(3, { start: NOW, mischief: NO_MISCHIEF });
    scheduler.spawn('restless', async ({ sleep }) => {
      for (;;) await sleep(1);
    });
    await expect(scheduler.run({ maxSteps: 100 })).rejects.toThrow(/^Seed 3: Not at an end after 100 steps/);
  });
});
