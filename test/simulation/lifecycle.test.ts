import { noting, without } from './conditions.ts';
import { simulate } from './lifecycle.ts';
import { SimulationError } from './scheduler.ts';

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** The first rule that is broken under one of the first seeds without these conditions. */
async function brokenWithout(conditions: readonly string[]): Promise<string | undefined> {
  for (const seed of seeds(300)) {
    try {
      await simulate(seed, { fault: without(new Set(conditions)) });
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
  it('breaks no rule under the first seeds, and finds every kind of end and fault on the way', async () => {
    const stories: string[] = [];
    for (const seed of seeds(150)) stories.push(...(await simulate(seed)).story);
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
      /import calls DynamoDB TransactWrite/,
      /rescuers .* calls DynamoDB TransactWrite/,
    ]) {
      expect(told).toMatch(part);
    }
  }, 120_000);

  it('tells the same story for the same seed', async () => {
    for (const seed of seeds(20)) {
      const [once, again] = [await simulate(seed), await simulate(seed)];
      expect(again.story).toEqual(once.story);
    }
  }, 60_000);

  it('sees the conditions of the writes, by who writes what', async () => {
    const seen = new Map<string, number>();
    for (const seed of seeds(20)) await simulate(seed, { fault: noting(seen) });
    expect([...seen.keys()]).toContain('requestChange: Put token if #version = :seen');
  }, 60_000);

  it.each([
    { removed: 'verifyOtp: Put otp if #version = :seen', rule: 'A verification was forgotten' },
    { removed: 'verifyOtp: Put otp if attribute_not_exists(pk)', rule: 'A verification was forgotten' },
  ])(
    'notices that the condition of "$removed" is gone',
    async ({ removed, rule }) => {
      expect(await brokenWithout([removed])).toBe(rule);
    },
    120_000,
  );
});
