import { ROUTES } from '../../shared/routes.ts';
import { DEPLOYED_STAGE, findResources, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

let template: StageTemplate;

beforeAll(() => {
  template = synthesizeStage(DEPLOYED_STAGE).readTemplate('Service');
});

/** The logical id of a function, by the start of its name. */
function functionId(name: string): string {
  const ids = findResources(template, 'AWS::Lambda::Function').map(([id]) => id);
  const [found, ...others] = ids.filter((id) => id.startsWith(name));
  if (!found || others.length > 0) throw new Error(`Not one function ${name}`);
  return found;
}

describe.each([
  { role: 'Proposer', invoked: 'ProposeRescue' },
  { role: 'Confirmer', invoked: 'ConfirmRescue' },
])('the role $role', ({ role, invoked }) => {
  const findRole = () => {
    const [found] = findResources(template, 'AWS::IAM::Role').filter(([id]) => id.startsWith(`Rescue${role}`));
    if (!found) throw new Error(`No role ${role}`);
    return found;
  };

  it('is for an hour, for whom the account lets assume it', () => {
    const [, { Properties }] = findRole();
    expect(Properties.MaxSessionDuration).toBe(3600);
    expect(Properties.ManagedPolicyArns).toBeUndefined();
    const { Statement } = Properties.AssumeRolePolicyDocument as { Statement: unknown };
    const root = {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${DEPLOYED_STAGE.account}:root`]],
    };
    expect(Statement).toEqual([{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { AWS: root } }]);
  });

  it(`may call ${invoked} and nothing else`, () => {
    const [roleId] = findRole();
    const policies = findResources(template, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
      JSON.stringify(Properties.Roles).includes(roleId),
    );
    expect(policies.map(([, { Properties }]) => Properties.PolicyDocument)).toEqual([
      {
        Statement: [
          {
            Action: 'lambda:InvokeFunction',
            Effect: 'Allow',
            Resource: { 'Fn::GetAtt': [functionId(invoked), 'Arn'] },
          },
        ],
        Version: '2012-10-17',
      },
    ]);
  });

  it('is the only way there: no route, no resource policy', () => {
    const invokedId = functionId(invoked);
    const permissions = findResources(template, 'AWS::Lambda::Permission').filter(([, { Properties }]) =>
      JSON.stringify(Properties.FunctionName).includes(invokedId),
    );
    expect(permissions).toEqual([]);
    expect(ROUTES.filter(({ functionName }) => /rescue/.test(functionName))).toEqual([]);
  });
});

it('tells the two functions only what they need', () => {
  const readEnvironment = (name: string) => {
    const { Environment } = template.Resources[functionId(name)]?.Properties ?? {};
    return Object.keys((Environment as { Variables: Record<string, unknown> }).Variables).sort();
  };
  const common = ['POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME', 'RECORD_TABLE_NAME', 'TABLE_NAME'];
  expect(readEnvironment('ProposeRescue')).toEqual(['HOLD_SECONDS', ...common, 'STATE_MACHINE_ARN'].sort());
  expect(readEnvironment('ConfirmRescue')).toEqual(common);
});
