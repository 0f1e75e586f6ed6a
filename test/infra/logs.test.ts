import {
  findResources,
  HOSTED_STAGE,
  type StackPart,
  type StageTemplate,
  synthesizeStage,
} from './synthesized-stage.ts';

const PARTS: readonly StackPart[] = ['Data', 'Service', 'Operations', 'Edge', 'Hosting', 'Pipeline'];

let templates: ReadonlyMap<StackPart, StageTemplate>;

beforeAll(() => {
  const { readTemplate } = synthesizeStage({ ...HOSTED_STAGE, repository: 'bank/llavero' });
  templates = new Map(PARTS.map((part) => [part, readTemplate(part)]));
});

it.each(PARTS)('%s has no log without a key and an end to what it keeps', (part) => {
  const logs = findResources(templates.get(part) as StageTemplate, 'AWS::Logs::LogGroup');
  for (const [id, { Properties }] of logs) {
    expect([id, Properties.RetentionInDays]).toEqual([id, expect.any(Number)]);
    expect([id, JSON.stringify(Properties.KmsKeyId)]).toEqual([id, expect.stringContaining('OperationsKey')]);
  }
});

it.each(PARTS)('%s has no function, the CDK’s own included, whose log Lambda would make by itself', (part) => {
  const template = templates.get(part) as StageTemplate;
  const logs = findResources(template, 'AWS::Logs::LogGroup').map(([id]) => id);
  for (const [id, { Properties }] of findResources(template, 'AWS::Lambda::Function')) {
    const { LogGroup } = (Properties.LoggingConfig ?? {}) as { LogGroup?: { Ref: string } };
    expect([id, logs.includes(LogGroup?.Ref ?? 'none')]).toEqual([id, true]);
  }
});

it('has the gateway’s log of errors, by the name that API Gateway gives it, before the stage writes there', () => {
  const service = templates.get('Service') as StageTemplate;
  const [log] = findResources(service, 'AWS::Logs::LogGroup').filter(([id]) => id.startsWith('ApiExecutionLog'));
  expect(log?.[1].Properties.LogGroupName).toEqual({
    'Fn::Join': ['', ['API-Gateway-Execution-Logs_', { Ref: expect.stringMatching(/^ApiRestApi/) }, '/v1']],
  });
  const [[, stage] = []] = findResources(service, 'AWS::ApiGateway::Stage');
  expect(stage?.DependsOn).toContain(log?.[0]);
});
