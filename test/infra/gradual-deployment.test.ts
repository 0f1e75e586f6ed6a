import { buildConstructId } from '../../infra/functions.ts';
import { ROUTES } from '../../shared/routes.ts';
import {
  DEPLOYED_STAGE,
  findOnlyProperties,
  findResources,
  type StageTemplate,
  synthesizeStage,
} from './synthesized-stage.ts';

let template: StageTemplate;
let local: StageTemplate;

beforeAll(() => {
  template = synthesizeStage(DEPLOYED_STAGE).readTemplate('Service');
  local = synthesizeStage({}).readTemplate('Service');
});

/** Functions for which a person waits. */
const IN_PEOPLES_PATH = [
  ...new Set(ROUTES.map((route) => buildConstructId(route.functionName))),
  'AnswerPreflight',
  'HoldChange',
  'ApplyChange',
  'ExpireChange',
].sort();

/** The functions called so that a resource refers to, by their names without the CDK's digest. */
const functionsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"(?:Ref"|Fn::GetAtt"):\[?"([A-Za-z]+)[0-9A-F]{8}"/g)].map(([, name]) =>
    String(name),
  );

const findAliases = (of: StageTemplate) =>
  findResources(of, 'AWS::Lambda::Alias').map(([id, resource]) => {
    const [name] = functionsIn(resource.Properties.FunctionName);
    return { id, name: String(name), resource };
  });

describe('what is live', () => {
  it.each([
    { stage: 'deployed', of: () => template },
    { stage: 'local', of: () => local },
  ])('is, in a $stage stage, an alias of each function for which a person waits, and of no other', ({ of }) => {
    const aliases = findAliases(of());
    expect(aliases.map(({ name }) => name).sort()).toEqual(IN_PEOPLES_PATH);
    for (const { name, resource } of aliases) {
      expect(resource.Properties.Name).toBe('live');
      const [versionId] = (resource.Properties.FunctionVersion as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
      const version = of().Resources[versionId];
      expect(version?.Type).toBe('AWS::Lambda::Version');
      expect(functionsIn(version?.Properties.FunctionName)).toEqual([name]);
    }
  });

  it('is all that API Gateway may call, each function for its own routes', () => {
    const liveIds = new Set(findAliases(template).map(({ id }) => id));
    const permissions = findResources(template, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
    const toGateway = permissions.filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
    expect(toGateway.length).toBeGreaterThan(ROUTES.length);
    for (const { FunctionName } of toGateway) expect(liveIds).toContain((FunctionName as { Ref: string }).Ref);
  });

  it('is all that the workflow calls, and may call', () => {
    const { DefinitionString } = findOnlyProperties(template, 'AWS::StepFunctions::StateMachine');
    const [, definition] = (DefinitionString as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
    const called = definition.flatMap((part) => (typeof part === 'string' ? [] : [(part as { Ref?: string }).Ref]));
    const expected = findAliases(template)
      .filter(({ name }) => ['HoldChange', 'ApplyChange', 'ExpireChange'].includes(name))
      .map(({ id }) => id);
    expect(called.filter((id) => id !== 'AWS::Partition').sort()).toEqual(expected.sort());

    const statements = findResources(template, 'AWS::IAM::Policy')
      .filter(([id]) => id.startsWith('TokenChangeStateMachineRole'))
      .flatMap(
        ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement,
      );
    const invokes = statements.filter(({ Action }) => [Action].flat().includes('lambda:InvokeFunction'));
    const allowed = invokes.flatMap(({ Resource }) => [Resource].flat());
    expect(allowed).toHaveLength(3);
    expect(allowed).toEqual(expect.arrayContaining(expected.map((Ref) => ({ Ref }))));
  });

  it('stays on AWS when its release is over, so that one can go back; not where its release was rolled back', () => {
    const findPolicies = (of: StageTemplate) => [
      ...new Set(findResources(of, 'AWS::Lambda::Version').map(([, { DeletionPolicy }]) => DeletionPolicy)),
    ];
    expect(findPolicies(template)).toEqual(['RetainExceptOnCreate']);
    expect(findPolicies(local)).toEqual(['Delete']);
  });
});

describe('a release', () => {
  const releasedTemplate = (release: string) => synthesizeStage({ ...DEPLOYED_STAGE, release }).readTemplate('Service');

  it('is told by every function and by the workflow, and is another version of each than the release before', () => {
    const one = releasedTemplate('1.0.0');
    const other = releasedTemplate('1.0.1');
    const descriptions = findResources(one, 'AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.Description,
    );
    expect(descriptions.filter((text) => !/Release 1\.0\.0$/.test(String(text)))).toEqual([]);
    expect(JSON.stringify(findOnlyProperties(one, 'AWS::StepFunctions::StateMachine'))).toContain('Release 1.0.0');

    const versionIds = (of: StageTemplate) => findResources(of, 'AWS::Lambda::Version').map(([id]) => id);
    expect(versionIds(one).filter((id) => versionIds(other).includes(id))).toEqual([]);
    expect(versionIds(releasedTemplate('1.0.0'))).toEqual(versionIds(one));
  });
});

describe('a new version', () => {
  const groups = (of: StageTemplate = template) => findResources(of, 'AWS::CodeDeploy::DeploymentGroup');
  const listAlarms = ({ AlarmConfiguration }: Record<string, unknown>) => {
    const { Alarms } = AlarmConfiguration as { Alarms: { Name: { Ref: string } }[] };
    return Alarms.map(({ Name }) => template.Resources[Name.Ref]?.Properties);
  };

  it('takes over in waves of at most five aliases, each wave after the one before, those of the workflow first', () => {
    const aliases = new Map(findAliases(template).map(({ id, name, resource }) => [id, { name, resource }]));
    const waits = (id: string) => (aliases.get(id)?.resource.DependsOn ?? []).filter((other) => aliases.has(other));
    const waveOf = (id: string): number => Math.max(0, ...waits(id).map((before) => waveOf(before) + 1));
    const waves = Map.groupBy(aliases.keys(), waveOf);
    const sizes = [...waves.values()].map(({ length }) => length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(IN_PEOPLES_PATH.length);
    expect(Math.max(...sizes)).toBe(5);
    expect(sizes.filter((size) => size < 5).length).toBeLessThanOrEqual(1);
    for (const [wave, ids] of waves) {
      // Of the wave before, all of it.
      for (const id of ids) expect(waits(id).sort()).toEqual((waves.get(wave - 1) ?? []).toSorted());
    }
    const first = (waves.get(0) ?? []).map((id) => aliases.get(id)?.name);
    expect(first).toEqual(expect.arrayContaining(['HoldChange', 'ApplyChange', 'ExpireChange']));
  });

  it('takes over by CodeDeploy, a tenth of the calls for five minutes, and goes back on a failure or an alarm', () => {
    expect(groups()).toHaveLength(IN_PEOPLES_PATH.length);
    for (const [, { Properties }] of groups()) {
      expect(Properties).toEqual(
        expect.objectContaining({
          DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
          DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL', DeploymentType: 'BLUE_GREEN' },
          AlarmConfiguration: expect.objectContaining({ Enabled: true }),
          AutoRollbackConfiguration: {
            Enabled: true,
            Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
          },
        }),
      );
    }
    const used = findAliases(template).map(({ resource }) => {
      const { UpdatePolicy } = resource as unknown as {
        UpdatePolicy: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: string } } };
      };
      return UpdatePolicy.CodeDeployLambdaAliasUpdate.DeploymentGroupName.Ref;
    });
    expect(used.sort()).toEqual(
      groups()
        .map(([id]) => id)
        .sort(),
    );
  });

  it('is judged by its own errors alone, and by the answers of the API', () => {
    const judged = groups().map(([, { Properties }]) => {
      const [errors, faults, ...others] = listAlarms(Properties);
      expect(others).toEqual([]);
      expect(errors).toEqual(
        expect.objectContaining({
          Namespace: 'AWS/Lambda',
          MetricName: 'Errors',
          Threshold: 1,
          Period: 60,
          TreatMissingData: 'notBreaching',
        }),
      );
      expect(faults).toEqual(
        expect.objectContaining({
          Namespace: 'AWS/ApiGateway',
          MetricName: '5XXError',
          Statistic: 'Sum',
          Threshold: 3,
          Period: 300,
          TreatMissingData: 'notBreaching',
        }),
      );
      const dimensions = Object.fromEntries(
        (Object(errors).Dimensions as { Name: string; Value: unknown }[]).map(({ Name, Value }) => [Name, Value]),
      );
      const [name] = functionsIn(dimensions.FunctionName);
      const [versionId] = (dimensions.ExecutedVersion as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'];
      expect(functionsIn(template.Resources[versionId]?.Properties.FunctionName)).toEqual([name]);
      expect(dimensions.Resource).toEqual({ 'Fn::Join': ['', [dimensions.FunctionName, ':live']] });
      return name;
    });
    expect(judged.sort()).toEqual(IN_PEOPLES_PATH);
  });

  it('can take over all at once, unjudged: what mends a fault goes out while its alarms ring', () => {
    const atOnce = synthesizeStage({ ...DEPLOYED_STAGE, rollout: 'AllAtOnce' }).readTemplate('Service');
    expect(groups(atOnce)).toHaveLength(IN_PEOPLES_PATH.length);
    for (const [, { Properties }] of groups(atOnce)) {
      expect(Properties.DeploymentConfigName).toBe('CodeDeployDefault.LambdaAllAtOnce');
      expect(Properties.AlarmConfiguration).toEqual(expect.objectContaining({ Enabled: false }));
    }
  });

  it('takes over all at once on the local cloud, which has no CodeDeploy', () => {
    expect(Object.values(local.Resources).filter(({ Type }) => Type.startsWith('AWS::CodeDeploy'))).toEqual([]);
  });

  it('is moved by a role that may move these aliases and see alarms, and nothing else', () => {
    const [roleId = ''] = findResources(template, 'AWS::IAM::Role').find(([id]) => id.startsWith('RolloutRole')) ?? [];
    const role = template.Resources[roleId]?.Properties;
    expect(role?.ManagedPolicyArns).toBeUndefined();
    expect(new Set(groups().map(([, { Properties }]) => JSON.stringify(Properties.ServiceRoleArn)))).toEqual(
      new Set([JSON.stringify({ 'Fn::GetAtt': [roleId, 'Arn'] })]),
    );
    const statements = findResources(template, 'AWS::IAM::Policy')
      .filter(([, { Properties }]) => JSON.stringify(Properties.Roles) === JSON.stringify([{ Ref: roleId }]))
      .flatMap(
        ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement,
      );
    expect(statements.map(({ Action }) => Action)).toEqual([
      ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
      'cloudwatch:DescribeAlarms',
    ]);
    const [aliases] = statements;
    const resources = aliases?.Resource as unknown[];
    expect(resources).toHaveLength(IN_PEOPLES_PATH.length * 2);
    expect([...new Set(resources.flatMap(functionsIn))].sort()).toEqual(IN_PEOPLES_PATH);
    expect(JSON.stringify(resources)).not.toContain('*');
  });
});

it('leaves room for fifty resources more in the stack, which may have five hundred', () => {
  expect(Object.keys(template.Resources).length).toBeLessThanOrEqual(450);
});
