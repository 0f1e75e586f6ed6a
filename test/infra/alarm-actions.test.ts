import * as z from 'zod';
import { DEPLOYED_STAGE, findResources, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

let data: StageTemplate;
let operations: StageTemplate;

beforeAll(() => {
  const { readTemplate } = synthesizeStage(DEPLOYED_STAGE);
  data = readTemplate('Data');
  operations = readTemplate('Operations');
});

const refSchema = z.object({ Ref: z.string() });
const actionsSchema = z.object({
  AlarmActions: z.array(refSchema).default([]),
  OKActions: z.array(refSchema).default([]),
});

/** The topics that alarms publish to, by their logical ids. */
function topicsOfAlarms(): string[] {
  const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    findResources(operations, type),
  );
  const actions = alarms.flatMap(([, { Properties }]) => {
    const { AlarmActions, OKActions } = actionsSchema.parse(Properties);
    return [...AlarmActions, ...OKActions];
  });
  return [...new Set(actions.map(({ Ref }) => Ref))].sort();
}

const document = (policy: unknown) => z.object({ Statement: z.array(z.unknown()) }).parse(policy).Statement;

const ACCOUNT = DEPLOYED_STAGE.account;

it('lets alarms of the account publish to every topic that they name, by a policy that replaces the default one', () => {
  const topics = topicsOfAlarms();
  expect(topics).toHaveLength(2);
  for (const topic of topics) {
    const policies = findResources(operations, 'AWS::SNS::TopicPolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties.Topics).includes(`"${topic}"`),
    );
    expect(policies.flatMap(([, { Properties }]) => document(Properties.PolicyDocument))).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      {
        Sid: 'NewsOfAlarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: topic },
        Condition: {
          StringEquals: { 'aws:SourceAccount': ACCOUNT },
          ArnLike: {
            'aws:SourceArn': {
              'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cloudwatch:us-east-1:${ACCOUNT}:alarm:*`]],
            },
          },
        },
      },
    ]);
  }
});

it('lets alarms of the account use the key of every such topic', () => {
  const keys = topicsOfAlarms().map((topic) => operations.Resources[topic]?.Properties.KmsMasterKeyId);
  const imported = z.array(z.object({ 'Fn::GetStackOutput': z.object({ OutputName: z.string() }) })).parse(keys);
  for (const { 'Fn::GetStackOutput': output } of imported) {
    const [key] = findResources(data, 'AWS::KMS::Key').filter(([id]) => output.OutputName.includes(id));
    expect(document(key?.[1].Properties.KeyPolicy)).toContainEqual({
      Sid: 'NewsOfAlarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    });
  }
});

it('calls somebody of an altered record whatever else rings, and does not say that it is over', () => {
  const findActions = (name: string) => {
    const [alarm] = findResources(operations, 'AWS::CloudWatch::Alarm').filter(([id]) =>
      id.startsWith(`Alarms${name}`),
    );
    const { AlarmActions, OKActions } = actionsSchema.parse(alarm?.[1].Properties);
    const topics = (refs: typeof AlarmActions) => refs.map(({ Ref }) => Ref.replace(/^Tell|[0-9A-F]{8}$/g, ''));
    return { alarm: topics(AlarmActions).sort(), ok: topics(OKActions) };
  };
  expect(findActions('RecordAltered')).toEqual({ alarm: ['Pages', 'Tickets'], ok: [] });
  expect(findActions('OldestOpenHold')).toEqual({ alarm: ['Tickets'], ok: [] });
});

it.each([
  { stage: DEPLOYED_STAGE, pages: 'operations@example.com' },
  { stage: { ...DEPLOYED_STAGE, pageEmail: 'pager@example.com' }, pages: 'pager@example.com' },
])('tells tickets to whom alarms tell, and what must wake somebody up to $pages', ({ stage, pages }) => {
  const subscriptions = findResources(synthesizeStage(stage).readTemplate('Operations'), 'AWS::SNS::Subscription');
  const told = subscriptions.map(([id, { Properties }]) => [id.replace(/^Tell(Tickets|Pages).*$/, '$1'), Properties]);
  expect(Object.fromEntries(told)).toEqual({
    Tickets: expect.objectContaining({ Protocol: 'email', Endpoint: 'operations@example.com' }),
    Pages: expect.objectContaining({ Protocol: 'email', Endpoint: pages }),
  });
});
