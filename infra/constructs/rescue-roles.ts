import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvName } from '../../shared/env.ts';
import type { StaffDirectory } from '../settings.ts';

export interface RescueRolesProps {
  readonly proposeRescue: LambdaFunction;
  readonly confirmRescue: LambdaFunction;
  readonly staffDirectory: StaffDirectory;
  /** True if STS knows who has signed in with a second factor. */
  readonly multiFactorKnown: boolean;
}

/** Seconds for which an IAM user's second factor counts. */
const MFA_SECONDS = '3600';

/** A variable of a policy, which stands for that key of the request. */
const variable = (key: string): string => `\${${key}}`;

/**
 * The two roles by which the bank's staff rescue a company. Each may call its one function and nothing else. Its trust
 * policy names each session after the person. The bank's own policies say who may assume it, and each function accepts
 * sessions of its own role alone.
 */
export class RescueRoles extends Construct {
  readonly proposer: Role;
  readonly confirmer: Role;
  private readonly props: RescueRolesProps;

  constructor(scope: Construct, id: string, props: RescueRolesProps) {
    super(scope, id);
    this.props = props;
    const { proposeRescue, confirmRescue } = props;
    this.proposer = this.roleFor('Proposer', 'Proposes the rescue of a company that cannot act', proposeRescue);
    this.confirmer = this.roleFor('Confirmer', 'Confirms a rescue that another person proposed', confirmRescue);
  }

  private roleFor(id: string, description: string, invoked: LambdaFunction): Role {
    const role = new Role(this, id, {
      assumedBy: new AccountRootPrincipal().withConditions(this.onlyNamedAfterThePerson()),
      description,
      maxSessionDuration: Duration.hours(1),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [invoked.functionArn] }));
    invoked.addEnvironment('RESCUE_ROLE_ARN' satisfies EnvName, role.roleArn);
    return role;
  }

  /** Neither variable is there for anybody else, and without it the condition fails: programs' roles and keys are kept out. */
  private onlyNamedAfterThePerson(): Record<string, Record<string, string>> {
    const { staffDirectory, multiFactorKnown } = this.props;
    if (staffDirectory === 'IDENTITY_CENTER') {
      const { account, partition } = Stack.of(this);
      return {
        // Nobody but Identity Center makes a role under this path; it names each session after its user.
        ArnLike: { 'aws:PrincipalArn': `arn:${partition}:iam::${account}:role/aws-reserved/sso.amazonaws.com/*` },
        // The id of a session is its role's id and its own name; neither has a colon, nor has the name asked for.
        StringLike: { 'aws:userid': `*:${variable('sts:RoleSessionName')}` },
      };
    }
    return {
      StringEquals: { 'sts:RoleSessionName': variable('aws:username') },
      ...(multiFactorKnown
        ? {
            Bool: { 'aws:MultiFactorAuthPresent': 'true' },
            NumericLessThanEquals: { 'aws:MultiFactorAuthAge': MFA_SECONDS },
          }
        : {}),
    };
  }
}
