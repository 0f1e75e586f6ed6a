import { describeStuck, findStuckExports, type SharedTemplate } from '../../../scripts/deploy/stuck-exports.ts';

const NAME = 'Llavero-production-Data:ExportsOutputRefTable';

const exporting = (value: string, name = NAME): SharedTemplate => ({
  Outputs: {
    ExportsOutputRefTable: { Value: { Ref: value }, Export: { Name: name } },
    TableName: { Value: { Ref: value } },
  },
});
const importing = (name: string) => ({ Resources: { Function: { Environment: [{ 'Fn::ImportValue': name }] } } });

const release = (data: SharedTemplate, service: object = {}) =>
  new Map<string, object>([
    ['Data', data],
    ['Service', service],
  ]);

const before = release(exporting('Main'), importing(NAME));
const stuck = { name: NAME, stack: 'Data', importedBy: ['Service'] };

it('finds nothing where a release keeps what the release before imports', () => {
  expect(findStuckExports(before, before)).toEqual([]);
});

it('finds an export that is removed while the release before imports it, although this one does not', () => {
  expect(findStuckExports(before, release({}))).toEqual([{ ...stuck, what: 'removed' }]);
});

it('finds an export that is renamed', () => {
  const renamed = release(
    exporting('Main', 'Llavero-production-Data:Other'),
    importing('Llavero-production-Data:Other'),
  );
  expect(findStuckExports(before, renamed)).toEqual([{ ...stuck, what: 'removed' }]);
});

it('finds an export that would stand for another resource', () => {
  const changed = findStuckExports(before, release(exporting('MainAnew'), importing(NAME)));
  expect(changed).toEqual([{ ...stuck, what: 'changed' }]);
  expect(changed.map(describeStuck)).toEqual([`Data gives it another value, and Service still imports it: ${NAME}`]);
});

it('lets go of an export that the release before did not import, and of an output that is none', () => {
  expect(findStuckExports(release(exporting('Main')), release({}))).toEqual([]);
  const weak = { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'TableName' } };
  expect(findStuckExports(release({ Outputs: { TableName: { Value: 'x' } } }, { weak }), release({}))).toEqual([]);
});

it('finds nothing on the first deployment, when nothing is there', () => {
  expect(findStuckExports(new Map(), before)).toEqual([]);
});
