import { runOnEngine } from './engine-answers.ts';

it('answers every page of every query as the engine alone does', async () => {
  expect(Number(await runOnEngine('same_answers.py'))).toBeGreaterThan(1000);
});
