import { findResources, type StageTemplate } from './synthesized-stage.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** Test names for CDK's logical ids and ARNs; the first that matches counts. */
const RESOURCE_LABELS: readonly (readonly [RegExp, string])[] = [
  [/TablesMain.*\/index\/(\w+)/, 'main/$1'],
  [/TablesMain/, 'main'],
  [/TablesRecord\w+StreamArn/, 'record stream'],
  [/TablesRecord.*\/index\/(\w+)/, 'record/$1'],
  [/TablesRecord/, 'record'],
  [/TablesSeeds/, 'seeds'],
  [/TablesSignIns/, 'sign-ins'],
  [/^arn:aws:kms:.*:key\/0{8}/, 'secrets’ key'],
  [/KeysSeed/, 'seed key'],
  [/KeysCursor/, 'cursor key'],
  [/KeysReceipt/, 'receipt key'],
  [/KeysDay/, 'day key'],
  [/ArchiveBucket.*\/(\w+)\/\*/, 'archive/$1'],
  [/ArchiveBucket/, 'archive'],
  [/ArchiveStreamFailures/, 'archive failures'],
  [/NoticesStreamFailures/, 'notice failures'],
  [/EventsStreamFailures/, 'event failures'],
  [/GetAttBus\w+Arn/, 'bus'],
  [/:ses:.*:identity\/([\w.@-]+)/, 'mail identity $1'],
  [/:execution:.*:\*/, 'executions'],
  [/TokenChangeStateMachine/, 'workflow'],
  [/:app\/(\w+)\/[\w-]+/, 'application $1'],
  [/:endpoint\/(\w+)\/[\w-]+\/\*/, 'endpoints $1'],
  [/PushDeliveryLogWriter/, 'role of push logs'],
  [/:secret:([\w/]+)-\?{6}/, 'secret $1'],
  [/^[A-Za-z]+Log[0-9A-F]{8}\.Arn$/, 'own log'],
  [/^\*$/, 'anything'],
];

/** Actions by resource, as text, that each function's role is allowed in all of its policies. */
export function grantsByFunction(template: StageTemplate): Record<string, Record<string, string[]>> {
  const functions = findResources(template, 'AWS::Lambda::Function').map(([id, { Properties }]) => {
    const role = flatten(Properties.Role).replace(/\.Arn$/, '');
    return [id.replace(/[0-9A-F]{8}$/, ''), grantsOfRole(template, role)] as const;
  });
  return Object.fromEntries(functions);
}

function grantsOfRole(template: StageTemplate, roleId: string): Record<string, string[]> {
  const grants = new Map<string, Set<string>>();
  for (const statement of statementsOfRole(template, roleId)) {
    if (statement.Effect !== 'Allow') throw new Error('Only allowing statements are expected');
    for (const resource of [statement.Resource].flat()) {
      const label = findLabel(flatten(resource));
      const actions = grants.get(label) ?? new Set();
      for (const action of [statement.Action].flat()) actions.add(action);
      grants.set(label, actions);
    }
  }
  return Object.fromEntries([...grants].map(([label, actions]) => [label, [...actions].sort()]));
}

function statementsOfRole(template: StageTemplate, roleId: string): Statement[] {
  const role = template.Resources[roleId];
  if (role?.Properties.ManagedPolicyArns || role?.Properties.Policies) throw new Error(`${roleId} has other policies`);
  return findResources(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => JSON.stringify(Properties.Roles) === JSON.stringify([{ Ref: roleId }]))
    .flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

function findLabel(arn: string): string {
  const known = RESOURCE_LABELS.find(([pattern]) => pattern.test(arn));
  if (!known) throw new Error(`No label for ${arn}`);
  const [pattern, label] = known;
  const [, group] = pattern.exec(arn) ?? [];
  return label.replace('$1', group ?? '');
}

/** A value of a template as one text, references as the names they refer to. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(flatten).join('');
  const [[name, inner] = ['', '']] = Object.entries(value as Record<string, unknown>);
  if (name === 'Fn::GetAtt' && Array.isArray(inner)) return inner.join('.');
  if (name === 'Fn::Join' && Array.isArray(inner)) return flatten(inner[1]);
  return flatten(inner);
}
