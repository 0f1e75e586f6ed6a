import { EventBus } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../shared/event-source.ts';

export interface RecordBusProps {
  /** Days for which the bus keeps what was put on it, so that it can be replayed; not set where it cannot. */
  readonly archiveDays: number | undefined;
  /** Accounts that may put rules of their own on the bus. */
  readonly accounts: readonly string[];
  /** True if bus and archive outlive the stack. */
  readonly retainData: boolean;
}

/** The bus from which the bank's other systems learn what joins the record, and its archive. */
export class RecordBus extends EventBus {
  constructor(scope: Construct, id: string, { archiveDays, accounts, retainData }: RecordBusProps) {
    super(scope, id, { description: 'What joins the record of tokens and companies' });
    const removalPolicy = retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.applyRemovalPolicy(removalPolicy);
    if (archiveDays !== undefined) {
      this.archive('Archive', {
        description: 'What the service put on the bus, to be replayed',
        eventPattern: { source: [EVENT_SOURCE] },
        retention: Duration.days(archiveDays),
      }).applyRemovalPolicy(removalPolicy);
    }
    if (accounts.length > 0) this.allowRules(accounts);
  }

  /** Lets accounts make rules on the bus, of this service's events alone, and touch no rule but their own. */
  private allowRules(accounts: readonly string[]): void {
    const rules = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: `${this.eventBusName}/*`,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RulesOfNamedAccounts',
        principals: accounts.map((account) => new AccountPrincipal(account)),
        actions: [
          'events:PutRule',
          'events:DeleteRule',
          'events:DescribeRule',
          'events:DisableRule',
          'events:EnableRule',
          'events:PutTargets',
          'events:RemoveTargets',
        ],
        resources: [rules],
        conditions: {
          StringEqualsIfExists: {
            'events:creatorAccount': `\${aws:PrincipalAccount}`,
            'events:source': EVENT_SOURCE,
          },
        },
      }),
    );
  }
}
