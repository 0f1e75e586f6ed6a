import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
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

    const { deploymentStage } = props.service.api.restApi;
    new CfnWebACLAssociation(this, 'BeforeApi', { resourceArn: deploymentStage.stageArn, webAclArn: webAcl.attrArn });
  }
}

/** Counts are kept; samples are not, for they hold requests as they came. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}
