import { OidcProviderNative, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnOutput, DefaultStackSynthesizer, Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from '../constructs/acknowledge-wildcards.ts';

export interface PipelineStackProps extends StackProps {
  /** The repository as GitHub's tokens call it: OWNER/NAME or, where its subjects are immutable, OWNER@ID/NAME@ID. */
  readonly repository: string;
  /** Name of the stage; the repository's environment of that name deploys it, and that of `STAGE-preview` shows what would change. */
  readonly stage: string;
  /** Names of the stage's other stacks, whose templates a preview compares. */
  readonly stackNames: readonly string[];
}

/** Roles that `cdk bootstrap` made in the account, by their purpose. */
const BOOTSTRAP_ROLES = ['deploy', 'file-publishing', 'lookup'] as const;

const ISSUER = 'token.actions.githubusercontent.com';

/**
 * Whom the account lets deploy from GitHub Actions, without a stored key: a job of one repository in one environment,
 * proven by GitHub's own signed token. What a job that deploys may do is what the bootstrap roles may. One that previews
 * may read the stage's stacks and templates: the bootstrap's role for that reads the whole account, its tables included.
 */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { repository, stage, stackNames } = props;
    const { oidcProviderArn } = new OidcProviderNative(this, 'GitHub', {
      url: `https://${ISSUER}`,
      clientIds: ['sts.amazonaws.com'],
    });

    const roleFor = (name: string, description: string, environment: string, may: PolicyStatement) => {
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
      role.addToPolicy(may);
      new CfnOutput(this, `${name}RoleArn`, { value: role.roleArn });
      return role;
    };
    const bootstrapRoles = BOOTSTRAP_ROLES.map((purpose) => this.bootstrapRoleArn(purpose));
    const deploying = new PolicyStatement({ actions: ['sts:AssumeRole'], resources: bootstrapRoles });
    roleFor('Deploy', 'Deploys the stage from GitHub Actions', stage, deploying);

    // A stack's ARN ends with an id of CloudFormation's.
    const stacks = [...stackNames, this.stackName].map((name) => this.stackArn(name));
    const previewing = new PolicyStatement({
      actions: ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'],
      resources: stacks,
    });
    const description = 'Shows in GitHub Actions what a deployment would change';
    const preview = roleFor('Preview', description, `${stage}-preview`, previewing);
    acknowledgeWildcards(preview, stacks, 'The id of one stack, by its whole name.');
  }

  private stackArn(name: string): string {
    return this.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${name}/*` });
  }

  private bootstrapRoleArn(purpose: (typeof BOOTSTRAP_ROLES)[number]): string {
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
