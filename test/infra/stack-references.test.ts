import { findStuckExports } from '../../scripts/deploy/stuck-exports.ts';
import { HOSTED_STAGE, type StackPart, synthesizeStage } from './synthesized-stage.ts';

const stage = synthesizeStage(HOSTED_STAGE);
const references = (part: StackPart, intrinsic: string) =>
  JSON.stringify(stage.readTemplate(part)).split(`"Fn::${intrinsic}"`).length - 1;

const templates = () =>
  new Map(
    (['Data', 'Service', 'Operations', 'Edge', 'Hosting'] as const).map((part) => [part, stage.readTemplate(part)]),
  );

it.each(['Operations', 'Edge', 'Hosting'] as const)(
  '%s refers weakly to what it watches or stands before, so that no release is stuck for it',
  (part) => {
    expect(references(part, 'ImportValue')).toBe(0);
    expect(references(part, 'GetStackOutput')).toBeGreaterThan(0);
  },
);

it('the service refers strongly to the data, which nobody can take from under it', () => {
  expect(references('Service', 'ImportValue')).toBeGreaterThan(0);
  expect(references('Service', 'GetStackOutput')).toBe(0);
});

it('a release may remove a function that operations watch', () => {
  const before = templates();
  const { Outputs = {}, ...service } = stage.readTemplate('Service');
  const removed = Object.keys(Outputs).find((name) => name.startsWith('PublishOutputRefGetMe'));
  const left = Object.fromEntries(Object.entries(Outputs).filter(([name]) => name !== removed));
  expect(removed).toBeDefined();
  expect(findStuckExports(before, new Map([...before, ['Service', { ...service, Outputs: left }]]))).toEqual([]);
});

it('a release that takes a table from under the service is found out before it is deployed', () => {
  const before = templates();
  const { Outputs = {}, ...data } = stage.readTemplate('Data');
  const left = Object.fromEntries(Object.entries(Outputs).filter(([name]) => !/Ref.*TablesMain/.test(name)));
  const stuck = findStuckExports(before, new Map([...before, ['Data', { ...data, Outputs: left }]]));
  expect(stuck).toEqual([
    {
      name: expect.stringMatching(/^Llavero-production-Data:ExportsOutputRefTablesMain/),
      stack: 'Data',
      importedBy: ['Service'],
      what: 'removed',
    },
  ]);
});
