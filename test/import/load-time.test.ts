import { CREATED_PER_SECOND, describeLoadTime } from '../../scripts/import/load-time.ts';
import { memoryWorld } from '../world/world.ts';
import { MemoryPool } from './memory-pool.ts';
import { HEADER, runImport } from './run-import.ts';

it.each([
  { users: 3_000, minutes: 1 },
  { users: 3_001, minutes: 2 },
  { users: 1_000_000, minutes: 334 },
])('of $users users it says $minutes minutes, and what to raise', ({ users, minutes }) => {
  expect(describeLoadTime(users, CREATED_PER_SECOND)?.split(' · ')[1]).toBe(
    `${users} users: if they are new, ${minutes} min at least, for the pool creates 50 a second. ` +
      'To go faster, raise the quota UserCreation of Cognito in Service Quotas',
  );
});

it('says nothing of less than a minute', () => {
  expect(describeLoadTime(2_999, CREATED_PER_SECOND)).toBeUndefined();
});

it.each([
  { where: 'where the pool is slow', createdPerSecond: 0.03, told: ['2 users: if they are new, 2 min at least'] },
  { where: 'where it is fast', createdPerSecond: 50, told: [] },
  { where: 'where it has no such limit', createdPerSecond: undefined, told: [] },
])('is said before a load, of the usernames of good lines, $where', async ({ createdPerSecond, told }) => {
  new MemoryPool();
  const lines = ['uno', 'dos', 'dos'].map(
    (name) => `C1,Uno,REQUESTER,${name},Demo ${name},${name}@example.com,SECONDARY,`,
  );
  const csv = [HEADER, ...lines, 'C1,Uno,REQUESTER,tres,Demo,none,SECONDARY,'].join('\n');
  const { bad } = await runImport(memoryWorld(), csv, { dryRun: true, createdPerSecond });
  expect(
    bad
      .filter((line) => line.includes('users'))
      .map((line) =>
        line
          .replace(/^.*?: (?=\d)/, '')
          .split(',', 2)
          .join(','),
      ),
  ).toEqual(told);
});
