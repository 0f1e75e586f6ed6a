import { DEPLOYED_STAGE, findResources, synthesizeStage } from './synthesized-stage.ts';

const FED_STAGE = {
  ...DEPLOYED_STAGE,
  eventAccounts: '210987654321,345678901234',
  eventArchiveDays: 30,
  eventDestinationUrl: 'https://events.bank.example/llavero',
} as const;

const data = (context: Readonly<Record<string, unknown>> = DEPLOYED_STAGE) =>
  synthesizeStage(context).readTemplate('Data');
const service = (context: Readonly<Record<string, unknown>> = DEPLOYED_STAGE) =>
  synthesizeStage(context).readTemplate('Service');

it('keeps what was put on the bus for as long as the stage says, for replay, and outlives the stack', () => {
  const [[, bus] = []] = findResources(data(), 'AWS::Events::EventBus');
  const [[, archive] = []] = findResources(data(), 'AWS::Events::Archive');
  expect([bus?.DeletionPolicy, archive?.DeletionPolicy]).toEqual(['Retain', 'Retain']);
  expect(archive?.Properties).toMatchObject({ RetentionDays: 90, EventPattern: { source: ['llavero'] } });
  const [[, shorter] = []] = findResources(data(FED_STAGE), 'AWS::Events::Archive');
  expect(shorter?.Properties).toMatchObject({ RetentionDays: 30 });
});

it('lets nobody put rules on the bus where no account is named', () => {
  expect(findResources(data(), 'AWS::Events::EventBusPolicy')).toEqual([]);
});

it('lets the accounts that are named put rules on this service’s events, change none but their own, and put no event', () => {
  const [[, policy] = []] = findResources(data(FED_STAGE), 'AWS::Events::EventBusPolicy');
  const statement = policy?.Properties.Statement as { Action: string[]; Principal: unknown; Condition: unknown };
  expect(statement.Action.toSorted()).toEqual(
    ['DeleteRule', 'DescribeRule', 'DisableRule', 'EnableRule', 'PutRule', 'PutTargets', 'RemoveTargets'].map(
      (action) => `events:${action}`,
    ),
  );
  expect(JSON.stringify(statement.Principal)).toMatch(/210987654321:root.*345678901234:root/);
  expect(statement.Condition).toEqual({
    StringEqualsIfExists: { 'events:creatorAccount': `\${aws:PrincipalAccount}`, 'events:source': 'llavero' },
  });
});

it('feeds the bus from every event of the record, patiently, and keeps the place of those that it gives up on', () => {
  const [, mapping] =
    findResources(service(), 'AWS::Lambda::EventSourceMapping').find(([id]) => id.startsWith('PublishEvents')) ?? [];
  expect(mapping?.Properties).toMatchObject({
    BatchSize: 100,
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 100,
    MaximumRecordAgeInSeconds: 43_200,
    StartingPosition: 'TRIM_HORIZON',
  });
  expect(mapping?.Properties.FilterCriteria).toBeUndefined();
  expect(JSON.stringify(mapping?.Properties.DestinationConfig)).toContain('EventsStreamFailures');
});

it('posts events to the bank’s own address where there is one, by a secret that the template does not hold', () => {
  expect(findResources(service(), 'AWS::Events::ApiDestination')).toEqual([]);
  const template = service(FED_STAGE);
  const [[, destination] = []] = findResources(template, 'AWS::Events::ApiDestination');
  expect(destination?.Properties).toMatchObject({
    HttpMethod: 'POST',
    InvocationEndpoint: 'https://events.bank.example/llavero',
  });
  const [[, connection] = []] = findResources(template, 'AWS::Events::Connection');
  expect(JSON.stringify(connection?.Properties)).toContain('{{resolve:secretsmanager:llavero/production/events:');
  const rules = findResources(template, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
  const rule = rules.find(({ EventBusName }) => EventBusName !== undefined);
  expect(rule?.EventPattern).toEqual({ source: ['llavero'] });
  expect(JSON.stringify(rule?.Targets)).toMatch(/DeadLetterConfig.*EventsUndelivered/);
});

it('has an alarm on what is not put on the bus, and on what the bank’s own address does not take', () => {
  const alarms = (context: Readonly<Record<string, unknown>>) =>
    findResources(synthesizeStage(context).readTemplate('Operations'), 'AWS::CloudWatch::Alarm')
      .map(([id]) => id)
      .filter((id) => /AlarmsEventsNot(Published|Delivered)/.test(id))
      .map((id) => id.slice('Alarms'.length, -8));
  expect(alarms(DEPLOYED_STAGE)).toEqual(['EventsNotPublished']);
  expect(alarms(FED_STAGE)).toEqual(['EventsNotPublished', 'EventsNotDelivered']);
});
