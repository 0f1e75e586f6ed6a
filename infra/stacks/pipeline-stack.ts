import { OidcProviderNative, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnOutput, DefaultStackSynthesizer, Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export interface PipelineStackProps extends StackProps {
  /** The repository as GitHub's tokens call it: OWNER/NAME or, where its subjects are immutable, OWNER@ID/NAME@ID. */
  readonly repository: string;
  /** Name of the stage; the repository's environment of that name deploys it, and that of `STAGE-preview` shows what would change. */
  readonly stage: string;
}

/** Roles that `cdk bootstrap` made in the account, by their purpose. */
type BootstrapRole = 'deploy' | 'file-publishing' | 'lookup';

const ISSUER = 'token.actions.githubusercontent.com';

/**
 * Whom the account lets deploy from GitHub Actions, without a stored key: a job of one repository in one environment,
 * proven by GitHub's own signed token. What such a job may do is what the bootstrap roles may.
 */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { repository, stage } = props;
    const { oidcProviderArn } = new OidcProviderNative(this, 'GitHub', {
      url: `https://${ISSUER}`,
      clientIds: ['sts.amazonaws.com'],
    });

    const roleFor = (name: string, description: string, environment: string, may: readonly BootstrapRole[]) => {
      const role = new Role(this, name, {
        description,
        // Both compared whole: a pattern would let in a fork, a pull request or another environment.
        assumedBy: new WebIdentityPrincipal(oidcProviderArn, {
          StringEquals: {
            [`${ISSUER}:aud`]: 'sts.amazonaws.com',
            [`${ISSUER}:sub`]: `repo:${repository}:environment:${environment}`,
          },
        }),
        maxSessionDuration: Duration.hours(1),
      });
      const resources = may.map((purpose) => this.bootstrapRoleArn(purpose));
      role.addToPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources }));
      new CfnOutput(this, `${name}RoleArn`, { value: role.roleArn });
    };
    roleFor('Deploy', 'Deploys the stage from GitHub Actions', stage, ['deploy', 'file-publishing', 'lookup']);
    roleFor('Preview', 'Shows in GitHub Actions what a deployment would change', `${stage}-preview`, ['lookup']);
  }

  private bootstrapRoleArn(purpose: BootstrapRole): string {
    const { account, region } = this;
    const qualifier = DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    return this.formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: `cdk-${qualifier}-${purpose}-role-${account}-${region}`,
    });
  }
}
