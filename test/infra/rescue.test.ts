import { ROUTES } from '../../shared/routes.ts';
import { DEPLOYED_STAGE, findResources, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

const ACCOUNT = DEPLOYED_STAGE.account;
const PARTITION = { Ref: 'AWS::Partition' };
const variable = (key: string): string => `\${${key}}`;

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
  const findRole = (of: StageTemplate) => {
    const [found] = findResources(of, 'AWS::IAM::Role').filter(([id]) => id.startsWith(`Rescue${role}`));
    if (!found) throw new Error(`No role ${role}`);
    return found;
  };
  /** The conditions of the one statement of its trust policy, which names the account. */
  const readTrust = (of: StageTemplate) => {
    const [, { Properties }] = findRole(of);
    const { Statement } = Properties.AssumeRolePolicyDocument as { Statement: { Condition: unknown }[] };
    const [{ Condition, ...rest } = { Condition: undefined }, ...others] = Statement;
    const Principal = { AWS: { 'Fn::Join': ['', expect.arrayContaining([expect.stringMatching(/:root$/)])] } };
    expect([rest, others]).toEqual([{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal }, []]);
    return Condition;
  };

  it('is for an hour, and for the people of one directory alone', () => {
    const [, { Properties }] = findRole(template);
    expect(Properties.MaxSessionDuration).toBe(3600);
    expect(Properties.ManagedPolicyArns).toBeUndefined();
    const ssoRoles = {
      'Fn::Join': ['', ['arn:', PARTITION, `:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*`]],
    };
    expect(readTrust(template)).toEqual({
      ArnLike: { 'aws:PrincipalArn': ssoRoles },
      StringLike: { 'aws:userid': `*:${variable('sts:RoleSessionName')}` },
    });
  });

  it('of IAM users is for one who has shown a second factor within the hour, under their own name', () => {
    const ofUsers = synthesizeStage({ ...DEPLOYED_STAGE, staffDirectory: 'IAM_USERS' }).readTemplate('Service');
    expect(readTrust(ofUsers)).toEqual({
      StringEquals: { 'sts:RoleSessionName': variable('aws:username') },
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      NumericLessThanEquals: { 'aws:MultiFactorAuthAge': '3600' },
    });
    // The local engine's STS knows of no second factor.
    expect(readTrust(synthesizeStage({}).readTemplate('Service'))).toEqual({
      StringEquals: { 'sts:RoleSessionName': variable('aws:username') },
    });
  });

  it('is the one whose sessions the function takes the word of', () => {
    const { Environment } = template.Resources[functionId(invoked)]?.Properties ?? {};
    const { RESCUE_ROLE_ARN } = (Environment as { Variables: Record<string, unknown> }).Variables;
    expect(RESCUE_ROLE_ARN).toEqual({ 'Fn::GetAtt': [findRole(template)[0], 'Arn'] });
  });

  it(`may call ${invoked} and nothing else`, () => {
    const [roleId] = findRole(template);
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
  const common = [
    'POWERTOOLS_METRICS_NAMESPACE',
    'POWERTOOLS_SERVICE_NAME',
    'RECORD_TABLE_NAME',
    'RESCUE_ROLE_ARN',
    'TABLE_NAME',
  ];
  expect(readEnvironment('ProposeRescue')).toEqual(['HOLD_SECONDS', ...common, 'STATE_MACHINE_ARN'].sort());
  expect(readEnvironment('ConfirmRescue')).toEqual(common);
});
