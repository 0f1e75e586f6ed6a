import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { ArnFormat, CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ServiceLog, type ServiceLogProps } from '../constructs/service-log.ts';
import type { ServiceStack } from './service-stack.ts';

export interface EdgeStackProps extends StackProps {
  readonly service: ServiceStack;
  /** Requests of one address in five minutes above which it is refused. */
  readonly requestsPerAddress: number;
}

interface ManagedGroup {
  readonly name: string;
  /** Rules of the group that are counted, not enforced. */
  readonly counted?: readonly string[];
}

const MANAGED_GROUPS: readonly ManagedGroup[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList' },
  // Its limit for bodies is 8 KiB, the API's 16: the functions enforce theirs.
  { name: 'AWSManagedRulesCommonRuleSet', counted: ['SizeRestrictions_BODY'] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet' },
];

/** The web firewall before the API: AWS's managed rules and a limit on the requests of one address. */
export class EdgeStack extends Stack {
  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props);
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);

    const webAcl = new CfnWebACL(this, 'WebAcl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('WebAcl'),
      rules: [
        {
          name: 'RequestsPerAddress',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: props.requestsPerAddress } },
          visibilityConfig: visibility('RequestsPerAddress'),
        },
        ...MANAGED_GROUPS.map(({ name, counted }, index) => ({
          name,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ...(counted && {
                ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
              }),
            },
          },
          visibilityConfig: visibility(name),
        })),
      ],
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

/** Counts are kept; samples are not, for they hold requests as they came. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}
