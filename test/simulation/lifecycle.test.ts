import '../loud-env.ts';
import { type Removal, removals, Watch, without } from './conditions.ts';
import { simulate } from './lifecycle.ts';
import { REDUNDANT } from './redundant-conditions.ts';
import { SimulationError } from './scheduler.ts';

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** One-time, binding and activation codes, signatures, task tokens, push tokens, seeds, addresses and names. */
const SECRET =
  /"\d{6}"|[A-Z2-7]{4}(-[A-Z2-7]{4}){3}|eyJ|task-\d+-of-|push-(handset|shared)|JBSWY3DP|[\w+/=]{100}|@example|Demo (uno|dos|tres|cuatro)/;

/** Every line that goes to the console meanwhile. */
let lines: string[];
const stories: string[] = [];
const watch = new Watch();

beforeAll(async () => {
  lines = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    jest.spyOn(console, method).mockImplementation((...line: unknown[]) => void lines.push(line.join(' ')));
  }
  for (const seed of seeds(150)) stories.push(...(await simulate(seed, { fault: watch.of(seed) })).story);
}, 120_000);
afterAll(() => jest.restoreAllMocks());

/** The first rule that is broken without these conditions, under the seeds under which they alone refused a write. */
async function brokenWithout({ conditions }: Removal): Promise<string | undefined> {
  for (const seed of watch.seedsRefusedBy(conditions)) {
    try {
      await simulate(seed, { fault: without(conditions) });
    } catch (error) {
      if (error instanceof SimulationError)
        return error.message
          .split('\n', 1)
          .join()
          .replace(/^Seed \d+: /, '');
      throw error;
    }
  }
  return undefined;
}

describe('the simulation of the lifecycle', () => {
  it('breaks no rule under the first seeds, and finds every kind of end and fault on the way', () => {
    const told = stories.join('\n');
    for (const part of [
      / hold 1 .*goes no further/,
      / hold 2 begins/,
      / apply 1 ends/,
      / expire 1 ends/,
      /is answered by DynamoDB TransactWrite: TransactionCanceledException/,
      /, but the call is lost/,
      /, but the answer is lost/,
      /enrolling .* calls KMS Encrypt/,
      /import.* calls DynamoDB TransactWrite/,
      /rescuers .* calls DynamoDB TransactWrite/,
      /clearer .* calls DynamoDB TransactWrite/,
    ]) {
      expect(told).toMatch(part);
    }
    expect(lines.length).toBeGreaterThan(1000);
    expect(lines.filter((line) => SECRET.test(line))).toEqual([]);
  });

  it('tells the same story for the same seed, also in another process, whose keys are others', async () => {
    await jest.isolateModulesAsync(async () => {
      const other = await import('./lifecycle.ts');
      // Under the last one, a phone reads and verifies at the same time.
      for (const seed of [...seeds(6), 74]) {
        expect((await other.simulate(seed)).story).toEqual((await simulate(seed)).story);
      }
    });
  });

  it('notices that a condition is gone, where it alone refused a write', async () => {
    const all = removals([...watch.sent]);
    const broken = await Promise.all(
      [
        'verifyOtp: Put otp if attribute_not_exists(pk)',
        'requestChange: the conditions of token, changes and events together',
      ]
        .map((name) => all.find((removal) => removal.name === name))
        .map((removal) => removal && brokenWithout(removal)),
    );
    // Of a record without conditions, either may be found first.
    const written = expect.stringMatching(/^(An event of the record was changed|A token was written over)$/);
    expect(broken).toEqual(['A verification was forgotten', written]);
  });

  it('has a reason for each condition that is redundant, and none for what must be noticed', () => {
    const reasons = (name: string) => REDUNDANT.filter(({ condition }) => condition.test(name)).length;
    expect(reasons('requestChange: Put token if #version = :seen')).toBe(1);
    expect(reasons('requestChange: the conditions of token, changes and events together')).toBe(0);
    expect(reasons('verifyOtp: Put otp if attribute_not_exists(pk)')).toBe(0);
  });
});
