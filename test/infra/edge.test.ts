import {
  DEPLOYED_STAGE,
  findOnlyProperties,
  findResources,
  type StageTemplate,
  synthesizeStage,
} from './synthesized-stage.ts';

let edge: StageTemplate;

beforeAll(() => {
  edge = synthesizeStage(DEPLOYED_STAGE).readTemplate('Edge');
});

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action?: unknown;
  readonly OverrideAction?: unknown;
  readonly Statement: Record<string, unknown>;
}

const NONE = [{ Priority: 0, Type: 'NONE' }];

function match(FieldToMatch: unknown, PositionalConstraint: string, SearchString: string) {
  return { ByteMatchStatement: { FieldToMatch, PositionalConstraint, SearchString, TextTransformations: NONE } };
}

const ofSystems = match({ UriPath: {} }, 'ENDS_WITH', '/otp/verifications');
const method = (name: string) => match({ Method: {} }, 'EXACTLY', name);

function readRules(template: StageTemplate): Rule[] {
  const rules = findOnlyProperties(template, 'AWS::WAFv2::WebACL').Rules as Rule[];
  return [...rules].sort((one, other) => one.Priority - other.Priority);
}

const ruleNamed = (name: string, template = edge): Rule | undefined =>
  readRules(template).find(({ Name }) => Name === name);

it('is before the API, and judges a block first, then how much is asked, then what is asked', () => {
  expect(readRules(edge).map(({ Name, Action, OverrideAction }) => [Name, Action ?? OverrideAction])).toEqual([
    ['Blocks', { Allow: {} }],
    ['RequestsPerClient', { Block: {} }],
    ['RequestsPerAddress', { Block: {} }],
    ['AWSManagedRulesAmazonIpReputationList', { None: {} }],
    ['AWSManagedRulesCommonRuleSet', { None: {} }],
    ['AWSManagedRulesKnownBadInputsRuleSet', { None: {} }],
    ['PeopleWithoutUserAgent', { Block: {} }],
  ]);
  expect(new Set(readRules(edge).map(({ Priority }) => Priority)).size).toBe(7);
  expect(JSON.stringify(findResources(edge, 'AWS::WAFv2::WebACLAssociation'))).toContain('/stages/');
});

it('lets a request to block a token through before any rule, with its preflight, and no other request', () => {
  expect(ruleNamed('Blocks')?.Statement).toEqual({
    AndStatement: {
      Statements: [
        match({ UriPath: {} }, 'ENDS_WITH', '/changes'),
        {
          OrStatement: {
            Statements: [
              method('OPTIONS'),
              {
                AndStatement: {
                  Statements: [
                    method('POST'),
                    match(
                      {
                        JsonBody: {
                          InvalidFallbackBehavior: 'NO_MATCH',
                          MatchPattern: { IncludedPaths: ['/action'] },
                          MatchScope: 'VALUE',
                          OversizeHandling: 'CONTINUE',
                        },
                      },
                      'EXACTLY',
                      'BLOCK',
                    ),
                  ],
                },
              },
            ],
          },
        },
      ],
    },
  });
});

it.each([
  { settings: {}, perClient: 30_000, perAddress: 2_000 },
  { settings: { requestsPerClient: 900_000, requestsPerAddress: 500 }, perClient: 900_000, perAddress: 500 },
])('counts the bank’s systems by their token, and everybody else by address: $perClient, $perAddress', (given) => {
  const template = synthesizeStage({ ...DEPLOYED_STAGE, ...given.settings }).readTemplate('Edge');
  expect(ruleNamed('RequestsPerClient', template)?.Statement).toEqual({
    RateBasedStatement: {
      AggregateKeyType: 'CUSTOM_KEYS',
      CustomKeys: [{ Header: { Name: 'authorization', TextTransformations: [{ Priority: 0, Type: 'MD5' }] } }],
      Limit: given.perClient,
      ScopeDownStatement: ofSystems,
    },
  });
  expect(ruleNamed('RequestsPerAddress', template)?.Statement).toEqual({
    RateBasedStatement: {
      AggregateKeyType: 'IP',
      Limit: given.perAddress,
      ScopeDownStatement: { NotStatement: { Statement: ofSystems } },
    },
  });
});

it('counts, and does not refuse, what the managed rules take a body for; and a missing User-Agent of a system', () => {
  const counted = (name: string) => {
    const group = ruleNamed(name)?.Statement.ManagedRuleGroupStatement as {
      VendorName: string;
      RuleActionOverrides?: { Name: string; ActionToUse: unknown }[];
    };
    expect(group.VendorName).toBe('AWS');
    return (group.RuleActionOverrides ?? []).map(({ Name, ActionToUse }) => {
      expect(ActionToUse).toEqual({ Count: {} });
      return Name;
    });
  };
  expect(counted('AWSManagedRulesCommonRuleSet').sort()).toEqual([
    'CrossSiteScripting_BODY',
    'EC2MetaDataSSRF_BODY',
    'GenericLFI_BODY',
    'GenericRFI_BODY',
    'NoUserAgent_HEADER',
    'SizeRestrictions_BODY',
  ]);
  expect(counted('AWSManagedRulesAmazonIpReputationList')).toEqual([]);
  expect(counted('AWSManagedRulesKnownBadInputsRuleSet')).toEqual([]);
  expect(ruleNamed('PeopleWithoutUserAgent')?.Statement).toEqual({
    AndStatement: {
      Statements: [
        { LabelMatchStatement: { Scope: 'LABEL', Key: 'awswaf:managed:aws:core-rule-set:NoUserAgent_Header' } },
        { NotStatement: { Statement: ofSystems } },
      ],
    },
  });
});

it('logs what the firewall refuses or counts, encrypted, without tokens and without what was searched for', () => {
  const [[, log] = []] = findResources(edge, 'AWS::Logs::LogGroup');
  expect(log?.Properties).toMatchObject({
    LogGroupName: 'aws-waf-logs-Llavero-production-Edge',
    KmsKeyId: {
      'Fn::GetStackOutput': expect.objectContaining({ OutputName: expect.stringContaining('OperationsKey') }),
    },
    RetentionInDays: 365,
  });
  const [[, logging] = []] = findResources(edge, 'AWS::WAFv2::LoggingConfiguration');
  expect(logging?.Properties).toMatchObject({
    ResourceArn: { 'Fn::GetAtt': ['WebAcl', 'Arn'] },
    LoggingFilter: { DefaultBehavior: 'DROP' },
    RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { QueryString: {} }],
  });
  expect(JSON.stringify(logging?.Properties.LogDestinationConfigs)).toMatch(
    /:log-group:aws-waf-logs-Llavero-production-Edge"/,
  );
});
