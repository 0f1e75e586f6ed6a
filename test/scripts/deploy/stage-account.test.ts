import { readStageSettings } from '../../../scripts/deploy/stage-account.ts';

const read = (...given: string[]) => readStageSettings('vista', given, 'cdk.json');

it('a stage’s account and region may be given in place of those in cdk.json', async () => {
  expect(await read('account=123456789012', 'region=us-east-1')).toEqual({
    account: '123456789012',
    region: 'us-east-1',
  });
});

it('a stage that does not say its account and region is refused, naming them', async () => {
  await expect(read()).rejects.toThrow('Stage vista does not say its account and region in cdk.json');
  await expect(read('account=123456789012', 'region=here')).rejects.toThrow('does not say its region');
});
