import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface RescueRolesProps {
  readonly proposeRescue: IFunction;
  readonly confirmRescue: IFunction;
}

/**
 * The two roles by which the bank's staff rescue a company: each may call its one function and nothing else. Who of the
 * account may assume them is up to the bank's own policies; who they then are is judged by the functions.
 */
export class RescueRoles extends Construct {
  readonly proposer: Role;
  readonly confirmer: Role;

  constructor(scope: Construct, id: string, { proposeRescue, confirmRescue }: RescueRolesProps) {
    super(scope, id);
    this.proposer = this.roleFor('Proposer', 'Proposes the rescue of a company that cannot act', proposeRescue);
    this.confirmer = this.roleFor('Confirmer', 'Confirms a rescue that another person proposed', confirmRescue);
  }

  private roleFor(id: string, description: string, invoked: IFunction): Role {
    const role = new Role(this, id, {
      assumedBy: new AccountRootPrincipal(),
      description,
      maxSessionDuration: Duration.hours(1),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [invoked.functionArn] }));
    return role;
  }
}
