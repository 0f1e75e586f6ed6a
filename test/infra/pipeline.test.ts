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
  { role: 'Deploy', environment: 'production', may: ['deploy', 'file-publishing', 'lookup'] },
  { role: 'Preview', environment: 'production-preview', may: ['lookup'] },
])('the role $role', ({ role, environment, may }) => {
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

  it(`may assume, of this account, the bootstrap roles that are for ${may.join(', ')}, and nothing else`, () => {
    const [roleId] = roleNamed(role);
    const statements = findResources(template, 'AWS::IAM::Policy')
      .filter(([, { Properties }]) => JSON.stringify(Properties.Roles) === JSON.stringify([{ Ref: roleId }]))
      .flatMap(
        ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement,
      );
    const { account, region } = DEPLOYED_STAGE;
    const arns = may.map((purpose) => ({
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:role/cdk-hnb659fds-${purpose}-role-${account}-${region}`],
      ],
    }));
    const Resource = arns.length === 1 ? arns[0] : arns;
    expect(statements).toEqual([{ Action: 'sts:AssumeRole', Effect: 'Allow', Resource }]);
    const { ManagedPolicyArns, Policies } = roleNamed(role)[1].Properties;
    expect([ManagedPolicyArns, Policies]).toEqual([undefined, undefined]);
  });
});

it('has no wildcard, in what it trusts or in what it allows', () => {
  expect(JSON.stringify(template.Resources)).not.toMatch(/[*?]|StringLike/);
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
