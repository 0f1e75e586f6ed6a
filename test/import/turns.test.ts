import { Turns } from '../../scripts/import/turns.ts';

it('does one name’s work in its order, also after a failure, and another’s beside it', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const first = Promise.withResolvers<void>();
  const failing = turns.take('one', async () => {
    await first.promise;
    done.push('one, first');
    throw new Error('failed');
  });
  const second = turns.take('one', async () => done.push('one, second'));
  await turns.take('other', async () => done.push('other'));
  first.resolve();
  await expect(failing).rejects.toThrow('failed');
  await second;
  expect(done).toEqual(['other', 'one, first', 'one, second']);
});
