import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { stringify } from 'yaml';
import { readDeployedTemplates } from '../../../scripts/deploy/account-state.ts';
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

it('reads templates in JSON, in the YAML that an import leaves, and none of a stack that is not there', async () => {
  const template = exporting('Main');
  mockClient(CloudFormationClient)
    .on(GetTemplateCommand, { StackName: 'Data' })
    .resolves({ TemplateBody: JSON.stringify(template) })
    .on(GetTemplateCommand, { StackName: 'Imported' })
    .resolves({ TemplateBody: stringify(template) })
    .on(GetTemplateCommand, { StackName: 'Service' })
    .rejects(new Error('Stack with id Service does not exist'));
  const read = await readDeployedTemplates({ region: 'us-east-1' }, ['Data', 'Imported', 'Service']);
  expect(read).toEqual(
    new Map([
      ['Data', template],
      ['Imported', template],
    ]),
  );
});
