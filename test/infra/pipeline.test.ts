import {
  DEPLOYED_STAGE,
  findOnlyProperties,
  findResources,
  type StageTemplate,
  synthesizeStage,
} from './synthesized-stage.ts';

const REPOSITORY = 'bank/tokens';

let template: StageTemplate;

beforeAll(() => {
  template = synthesizeStage({ ...DEPLOYED_STAGE, repository: REPOSITORY }).readTemplate('Pipeline');
});

const ISSUER = 'token.actions.githubusercontent.com';

interface Trust {
  readonly Statement: readonly { readonly Condition: Record<string, Record<string, string>> }[];
}

const roleNamed = (name: string) => {
  const [found, ...others] = findResources(template, 'AWS::IAM::Role').filter(([id]) => id.startsWith(name));
  if (!found || others.length > 0) throw new Error(`Not one role ${name}`);
  return found;
};

const readTrust = (name: string) => roleNamed(name)[1].Properties.AssumeRolePolicyDocument as Trust;

/** Judges a job's token as IAM judges StringEquals: each named claim must be there and equal. */
function isLetIn({ Statement }: Trust, claims: Readonly<Record<string, string>>): boolean {
  return Statement.some(({ Condition }) => {
    const { StringEquals, ...others } = Condition;
    if (!StringEquals || Object.keys(others).length > 0) throw new Error('Only whole comparisons are expected');
    return Object.entries(StringEquals).every(([key, value]) => claims[key.replace(`${ISSUER}:`, '')] === value);
  });
}

it('trusts GitHub’s own tokens, meant for AWS', () => {
  const provider = findOnlyProperties(template, 'AWS::IAM::OIDCProvider');
  expect(provider).toEqual(expect.objectContaining({ Url: `https://${ISSUER}`, ClientIdList: ['sts.amazonaws.com'] }));
});

describe.each([
  { role: 'Deploy', environment: 'production' },
  { role: 'Preview', environment: 'production-preview' },
])('the role $role', ({ role, environment }) => {
  const claims = { aud: 'sts.amazonaws.com', sub: `repo:${REPOSITORY}:environment:${environment}` };

  it('lets in a job of the repository in its environment, for an hour, by GitHub’s token alone', () => {
    expect(readTrust(role)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'sts:AssumeRoleWithWebIdentity',
          Effect: 'Allow',
          Principal: { Federated: { Ref: expect.stringMatching(/^GitHub/) } },
          Condition: { StringEquals: { [`${ISSUER}:aud`]: claims.aud, [`${ISSUER}:sub`]: claims.sub } },
        },
      ],
    });
    expect(isLetIn(readTrust(role), claims)).toBe(true);
    expect(roleNamed(role)[1].Properties.MaxSessionDuration).toBe(3600);
  });

  it.each([
    { who: 'a job of another repository', sub: `repo:bank/other:environment:${environment}` },
    { who: 'a fork', sub: `repo:someone/tokens:environment:${environment}` },
    { who: 'a repository whose name begins so', sub: `repo:${REPOSITORY}-copy:environment:${environment}` },
    { who: 'another environment', sub: `repo:${REPOSITORY}:environment:${environment}-2` },
    { who: 'a branch without an environment', sub: `repo:${REPOSITORY}:ref:refs/heads/main` },
    { who: 'a pull request', sub: `repo:${REPOSITORY}:pull_request` },
  ])('does not let in $who', ({ sub }) => {
    expect(isLetIn(readTrust(role), { ...claims, sub })).toBe(false);
  });

  it('does not let in a token that is meant for somebody else', () => {
    expect(isLetIn(readTrust(role), { ...claims, aud: 'https://github.com/bank' })).toBe(false);
  });
});

/** All that the role may do. */
function readRights(name: string): Record<string, unknown>[] {
  const [roleId, { Properties }] = roleNamed(name);
  expect([Properties.ManagedPolicyArns, Properties.Policies]).toEqual([undefined, undefined]);
  return findResources(template, 'AWS::IAM::Policy')
    .filter(([, policy]) => JSON.stringify(policy.Properties.Roles) === JSON.stringify([{ Ref: roleId }]))
    .flatMap(([, policy]) => (policy.Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement);
}

const { account, region } = DEPLOYED_STAGE;
const arn = (rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, rest]] });

it('a deployment may assume the bootstrap roles of this account, and nothing else', () => {
  const Resource = ['deploy', 'file-publishing', 'lookup'].map((purpose) =>
    arn(`:iam::${account}:role/cdk-hnb659fds-${purpose}-role-${account}-${region}`),
  );
  expect(readRights('Deploy')).toEqual([{ Action: 'sts:AssumeRole', Effect: 'Allow', Resource }]);
});

it('a preview may read the stage’s stacks and templates, and nothing else: no role of the bootstrap', () => {
  const Resource = ['Data', 'Edge', 'Operations', 'Pipeline', 'Service'].map((part) =>
    arn(`:cloudformation:${region}:${account}:stack/Llavero-production-${part}/*`),
  );
  const Action = ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'];
  expect(readRights('Preview')).toEqual([{ Action, Effect: 'Allow', Resource }]);
});

it('has no wildcard but for the id of a named stack, in what it trusts or in what it allows', () => {
  const text = JSON.stringify(Object.values(template.Resources).map(({ Properties }) => Properties));
  expect(text.replace(/:stack\/Llavero-production-\w+\/\*"/g, '')).not.toMatch(/[*?]|StringLike/);
});

it('trusts a repository by the names and numbers of its immutable subjects, where it has them', () => {
  template = synthesizeStage({ ...DEPLOYED_STAGE, repository: 'bank@12/tokens@34' }).readTemplate('Pipeline');
  const claims = { aud: 'sts.amazonaws.com', sub: 'repo:bank@12/tokens@34:environment:production' };
  expect(isLetIn(readTrust('Deploy'), claims)).toBe(true);
  expect(isLetIn(readTrust('Deploy'), { ...claims, sub: 'repo:bank@12/tokens@35:environment:production' })).toBe(false);
});

it('is there only where the stage names its repository', () => {
  expect(synthesizeStage(DEPLOYED_STAGE).stackNames).not.toContain('Llavero-production-Pipeline');
  expect(synthesizeStage({}).stackNames).not.toContain('Llavero-local-Pipeline');
});
