import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { ArnFormat, CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ServiceLog, type ServiceLogProps } from '../constructs/service-log.ts';
import type { ServiceStack } from './service-stack.ts';

export interface EdgeStackProps extends StackProps {
  readonly service: ServiceStack;
  /** Requests in five minutes above which an address, or a system of the bank by its token, is refused. */
  readonly requestsPerAddress: number;
  readonly requestsPerClient: number;
}

interface ManagedGroup {
  readonly name: string;
  /** Rules of the group that are counted, not enforced. */
  readonly counted?: readonly string[];
}

const MANAGED_GROUPS: readonly ManagedGroup[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList' },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    counted: [
      // A note is people's own words. The functions judge every body by a strict schema, up to 16 KiB.
      'SizeRestrictions_BODY',
      'CrossSiteScripting_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'EC2MetaDataSSRF_BODY',
      // Refused below, but not of the bank's systems.
      'NoUserAgent_HEADER',
    ],
  },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet' },
];

const AS_IT_IS = [{ priority: 0, type: 'NONE' }];

const METHOD = { method: {} };
const PATH = { uriPath: {} };

function match(
  fieldToMatch: CfnWebACL.FieldToMatchProperty,
  positionalConstraint: 'EXACTLY' | 'ENDS_WITH',
  searchString: string,
): CfnWebACL.StatementProperty {
  return { byteMatchStatement: { fieldToMatch, positionalConstraint, searchString, textTransformations: AS_IT_IS } };
}

const all = (...statements: CfnWebACL.StatementProperty[]) => ({ andStatement: { statements } });
const any = (...statements: CfnWebACL.StatementProperty[]) => ({ orStatement: { statements } });
const not = (statement: CfnWebACL.StatementProperty) => ({ notStatement: { statement } });

/** The one route of the bank's systems. */
const OF_SYSTEMS = match(PATH, 'ENDS_WITH', '/otp/verifications');

const ACTION: CfnWebACL.FieldToMatchProperty = {
  jsonBody: {
    matchPattern: { includedPaths: ['/action'] },
    matchScope: 'VALUE',
    invalidFallbackBehavior: 'NO_MATCH',
    oversizeHandling: 'CONTINUE',
  },
};

/** A request to block a token, and what a browser asks before it. */
const BLOCKS = all(
  match(PATH, 'ENDS_WITH', '/changes'),
  any(match(METHOD, 'EXACTLY', 'OPTIONS'), all(match(METHOD, 'EXACTLY', 'POST'), match(ACTION, 'EXACTLY', 'BLOCK'))),
);

/** The web firewall before the API: limits by address, or by token for the bank's systems, and AWS's managed rules. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);

    const webAcl = new CfnWebACL(this, 'WebAcl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('WebAcl'),
      rules: listRules(props).map((rule, priority) => ({
        ...rule,
        priority,
        visibilityConfig: visibility(rule.name),
      })),
    });

    this.logRefusals(webAcl, props.service.log);
    const { deploymentStage } = props.service.api.restApi;
    new CfnWebACLAssociation(this, 'BeforeApi', { resourceArn: deploymentStage.stageArn, webAclArn: webAcl.attrArn });
  }

  /** Logs refused and counted requests for a year, without the caller's token and search text. */
  private logRefusals(webAcl: CfnWebACL, log: ServiceLogProps): void {
    // The firewall writes only to logs whose names begin like this.
    const name = `aws-waf-logs-${this.stackName}`;
    const made = new ServiceLog(this, 'Log', { ...log, name });
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: webAcl.attrArn,
      // The log's own ARN ends in an asterisk, which the firewall does not take.
      logDestinationConfigs: [
        this.formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
      redactedFields: [{ singleHeader: { Name: 'authorization' } }, { queryString: {} }],
    });
    logging.node.addDependency(made);
  }
}

type Rule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

/** The rules in their order: the first that refuses or lets through decides. */
function listRules({ requestsPerAddress, requestsPerClient }: EdgeStackProps): Rule[] {
  const refuse = (name: string, statement: CfnWebACL.StatementProperty): Rule => {
    return { name, action: { block: {} }, statement };
  };
  return [
    { name: 'Blocks', action: { allow: {} }, statement: BLOCKS },
    refuse('RequestsPerClient', {
      rateBasedStatement: {
        aggregateKeyType: 'CUSTOM_KEYS',
        // The digest, for the log tells what was counted.
        customKeys: [{ header: { name: 'authorization', textTransformations: [{ priority: 0, type: 'MD5' }] } }],
        limit: requestsPerClient,
        scopeDownStatement: OF_SYSTEMS,
      },
    }),
    refuse('RequestsPerAddress', {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        limit: requestsPerAddress,
        scopeDownStatement: not(OF_SYSTEMS),
      },
    }),
    ...MANAGED_GROUPS.map(({ name, counted }) => ({
      name,
      overrideAction: { none: {} },
      statement: {
        managedRuleGroupStatement: {
          vendorName: 'AWS',
          name,
          ...(counted && { ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })) }),
        },
      },
    })),
    refuse(
      'PeopleWithoutUserAgent',
      all(
        { labelMatchStatement: { scope: 'LABEL', key: 'awswaf:managed:aws:core-rule-set:NoUserAgent_Header' } },
        not(OF_SYSTEMS),
      ),
    ),
  ];
}

/** Counts are kept; samples are not, for they hold requests as they came. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}
