import { findStuckExports } from '../../scripts/deploy/stuck-exports.ts';
import { DEPLOYED_STAGE, findResources, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

const present = synthesizeStage(DEPLOYED_STAGE);
const replaced = synthesizeStage({ ...DEPLOYED_STAGE, receiptKeyVersion: 2, dayKeyVersion: '3' });

const findKeys = (template: StageTemplate, part: string) =>
  findResources(template, 'AWS::KMS::Key').filter(([id]) => id.startsWith(`Keys${part}`));

/** The keys that signing functions use and may use, as texts in which a key's logical id is found. */
function readUses(template: StageTemplate, name: string) {
  const [lambda] = findResources(template, 'AWS::Lambda::Function').filter(([id]) => id.startsWith(name));
  const [policy] = findResources(template, 'AWS::IAM::Policy').filter(([id]) => id.startsWith(`${name}Role`));
  const { Environment } = lambda?.[1].Properties ?? {};
  return { environment: JSON.stringify(Environment), policy: JSON.stringify(policy?.[1].Properties) };
}

it.each([
  { part: 'Receipt', name: 'GetReceipt', versions: ['Receipt', 'Receipt2'] },
  { part: 'Day', name: 'SignDay', versions: ['Day', 'Day2', 'Day3'] },
])('a key of $part that was replaced stays as it was, and the new one alone signs', ({ part, name, versions }) => {
  const before = findKeys(present.readTemplate('Data'), part);
  const after = findKeys(replaced.readTemplate('Data'), part);
  expect(after[0]).toEqual(before[0]);
  expect(after.map(([, { DeletionPolicy, Properties }]) => [DeletionPolicy, Properties])).toEqual(
    versions.map(() => ['Retain', before[0]?.[1].Properties]),
  );

  const ids = after.map(([id]) => id);
  const { environment, policy } = readUses(replaced.readTemplate('Service'), name);
  expect(ids.filter((id) => environment.includes(id))).toEqual(ids.slice(-1));
  // While the release takes over, or goes back, the version before signs with the key before.
  expect(ids.filter((id) => policy.includes(id))).toEqual(ids);
});

it('a release that replaces keys can be deployed, and one that would take the new keys back is refused', () => {
  const stacks = ({ readTemplate }: typeof present) =>
    new Map((['Data', 'Service'] as const).map((part) => [part, readTemplate(part)]));
  expect(findStuckExports(stacks(present), stacks(replaced))).toEqual([]);
  const stuck = findStuckExports(stacks(replaced), stacks(present));
  const key = (id: string) => ({
    name: expect.stringContaining(`ExportsOutputFnGetAttKeys${id}`),
    stack: 'Data',
    importedBy: ['Service'],
    what: 'removed',
  });
  expect(stuck).toEqual(['Receipt2', 'Day2', 'Day3'].map(key));
});

it('the other keys stay as they are', () => {
  for (const part of ['Seed', 'Cursor']) {
    expect(findKeys(replaced.readTemplate('Data'), part)).toEqual(findKeys(present.readTemplate('Data'), part));
  }
});
