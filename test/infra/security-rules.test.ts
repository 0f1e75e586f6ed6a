import { MockIntegration, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { acknowledge, type Rule } from '../../infra/constructs/acknowledge.ts';
import { buildApplication } from './stage-application.ts';
import { findResources, HOSTED_STAGE, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

type Pack = typeof AwsSolutionsChecks | typeof NIST80053R5Checks;

const PACKS: readonly { finding: Rule; Checks: Pack }[] = [
  { finding: 'AwsSolutions-S1', Checks: AwsSolutionsChecks },
  { finding: 'NIST.800.53.R5-S3BucketVersioningEnabled', Checks: NIST80053R5Checks },
];

function checked(app: App, { Checks }: { readonly Checks: Pack }): App {
  Validations.of(app).addPlugins(new Checks(app));
  return app;
}

// That no finding stands unexplained in a stage's templates, `npm run check:templates` says of every construct.
describe.each(PACKS)('of a finding as $finding', (pack) => {
  const { finding, Checks } = pack;

  it('refuses one that nobody explained', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Other'), 'Bucket');

    expect(() => checked(app, pack).synth()).toThrow(finding);
  });

  it('lets one stand where it was acknowledged, and nowhere else', () => {
    const app = new App();
    const stack = new Stack(app, 'Other');
    acknowledge(new Bucket(stack, 'Explained'), [finding], 'For this test.');
    new Bucket(stack, 'Unexplained');

    const { violations } = new Checks(app).validateScope(app);
    const found = violations.find(({ ruleName }) => ruleName === finding);
    expect(found?.violatingResources.map(({ constructPath }) => constructPath)).toEqual(['Other/Unexplained/Resource']);
  });
});

it('refuses an open method that is no preflight, for only the preflights are acknowledged', () => {
  const app = buildApplication({});
  const service = Stack.of(app.node.findChild('Llavero-local-Service'));
  const api = service.node.findChild('Api').node.findChild('RestApi') as RestApi;
  api.root.addResource('open').addMethod('GET', new MockIntegration());

  expect(() => checked(app, { Checks: AwsSolutionsChecks }).synth()).toThrow('AwsSolutions-APIG4');
});

describe('what the reasons given for a whole type rest on', () => {
  const templates = new Map<string, StageTemplate>();
  const ofType = (type: string) => [...templates.values()].flatMap((template) => findResources(template, type));

  beforeAll(() => {
    const { readTemplate } = synthesizeStage(HOSTED_STAGE);
    for (const part of ['Data', 'Service', 'Operations', 'Edge', 'Hosting'] as const) {
      templates.set(part, readTemplate(part));
    }
  });

  it('no resource lies in a network, where a function could have a peer', () => {
    const types = [...templates.values()].flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
    expect(types).toContain('AWS::Lambda::Function');
    expect(types.filter((type) => /^AWS::(?:EC2|RDS|ElastiCache|ECS|EKS|MSK)::/.test(type))).toEqual([]);
  });

  it('what is called without waiting for an answer is what looks at everything again', () => {
    const targets = ofType('AWS::Events::Rule').flatMap(([, { Properties }]) => JSON.stringify(Properties.Targets));
    expect(targets).toHaveLength(2);
    for (const [index, name] of ['ReconcileChanges', 'SignDay'].entries()) expect(targets[index]).toContain(`"${name}`);
    expect(ofType('AWS::SNS::Subscription').map(([, { Properties }]) => Properties.Protocol)).toEqual([
      'email',
      'email',
    ]);
    expect(ofType('AWS::Scheduler::Schedule')).toEqual([]);
  });

  it('every stream’s consumer has a queue for what it could not see to', () => {
    const consumers = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
    expect(consumers).toHaveLength(3);
    for (const { DestinationConfig } of consumers) {
      expect(DestinationConfig).toEqual({ OnFailure: { Destination: expect.anything() } });
    }
  });

  it('no template has CloudFormation put a secret anywhere', () => {
    expect(JSON.stringify([...templates.values()])).not.toMatch(/\{\{resolve:(?:secretsmanager|ssm)/);
  });

  it('every policy is of one role', () => {
    const policies = ofType('AWS::IAM::Policy').map(([, { Properties }]) => Properties);
    expect(policies.length).toBeGreaterThan(20);
    for (const { Roles, Users, Groups } of policies) {
      expect([Roles, Users, Groups]).toEqual([[expect.anything()], undefined, undefined]);
    }
  });
});
