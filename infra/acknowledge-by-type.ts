import { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { acknowledge, type Rule } from './constructs/acknowledge.ts';

interface TypeWide {
  readonly type: string;
  readonly rules: readonly Rule[];
  /** True of every resource of the type, the CDK's own included. */
  readonly reason: string;
}

/** Findings that stand on every resource of a type; what the reasons rest on is tested (security-rules.test.ts). */
const BY_DESIGN: readonly TypeWide[] = [
  {
    type: 'AWS::Lambda::Function',
    rules: ['NIST.800.53.R5-LambdaInsideVPC', 'CKV_AWS_117'],
    reason: 'It has no peer in a network: it calls AWS alone, over TLS, and each call is judged by its role.',
  },
  {
    type: 'AWS::Lambda::Function',
    rules: ['NIST.800.53.R5-LambdaConcurrency', 'CKV_AWS_115'],
    reason:
      'The gateway’s throttle bounds what comes in. A share of its own would have a function refused, a block’s among ' +
      'them, while the account has room.',
  },
  {
    type: 'AWS::Lambda::Function',
    rules: ['NIST.800.53.R5-LambdaDLQ', 'CKV_AWS_116'],
    reason:
      'No failed call loses an event: whoever waits for an answer is told, a stream has a failure queue, and what a ' +
      'schedule calls looks at everything again the next time.',
  },
  {
    type: 'AWS::Lambda::Function',
    rules: ['CKV_AWS_173'],
    reason: 'Its environment holds names, ARNs and limits, which are in the template too; nothing secret.',
  },
  {
    type: 'AWS::IAM::Policy',
    rules: ['NIST.800.53.R5-IAMNoInlinePolicy'],
    reason: 'It is of one role alone: it goes with it, and nobody can attach it to another.',
  },
];

/** Acknowledges, on everything built so far, what stands on every resource of a type. */
export function acknowledgeByType(scope: IConstruct): void {
  for (const construct of scope.node.findAll()) {
    if (!CfnResource.isCfnResource(construct)) continue;
    for (const { type, rules, reason } of BY_DESIGN) {
      if (construct.cfnResourceType === type) acknowledge(construct, rules, reason);
    }
  }
}
