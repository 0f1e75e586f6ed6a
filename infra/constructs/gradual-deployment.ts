import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResource, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Rollout } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { LIVE, type LiveVersion, type ServiceFunction } from './service-function.ts';

export interface GradualDeploymentProps {
  /** Functions whose callers call the version that is live, in the order in which a release reaches them. */
  readonly functions: readonly ServiceFunction[];
  readonly api: RestApi;
  readonly rollout: Rollout;
}

const CONFIGURATIONS: Readonly<Record<Rollout, ILambdaDeploymentConfig>> = {
  Canary10Percent5Minutes: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  Linear10PercentEvery1Minute: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
  AllAtOnce: LambdaDeploymentConfig.ALL_AT_ONCE,
};

/**
 * Aliases that move at a time. Each takes a few calls of Lambda's control plane at its beginning and end, of which Lambda
 * lets fifteen a second through for the whole account.
 */
const WAVE = 5;

/** Answers of the API's own fault, in five minutes, that end a release: a single one may be a passing fault. */
const FAULTS_THAT_END_A_RELEASE = 3;

/**
 * Gives a new version a part of the calls first. If it or the API fails, CodeDeploy gives all calls back to the version
 * before, and CloudFormation takes the whole release back.
 */
export class GradualDeployment extends Construct {
  private readonly props: GradualDeploymentProps;
  private readonly application: LambdaApplication;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: GradualDeploymentProps) {
    super(scope, id);
    this.props = props;
    this.application = new LambdaApplication(this, 'Application');
    this.role = this.deploymentRole();
    const apiFaults = this.alarm(
      'ApiFaults',
      props.api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      FAULTS_THAT_END_A_RELEASE,
    );
    for (const each of props.functions) this.deployGradually(each, apiFaults);
    moveInWaves(props.functions.map(({ live }) => live));
    acknowledge(this, ['NIST.800.53.R5-CloudWatchAlarmAction'], 'CodeDeploy looks at these alarms, and acts on them.');
  }

  private deployGradually(deployed: ServiceFunction, apiFaults: Alarm): void {
    const { rollout } = this.props;
    new LambdaDeploymentGroup(this, deployed.node.id, {
      application: this.application,
      // It has its own policy: the managed one allows every function of the account.
      role: this.role.withoutPolicyUpdates(),
      alias: deployed.live,
      deploymentConfig: CONFIGURATIONS[rollout],
      // A handler answers what it refuses: an error of a function is a fault that it does not know, or a time-out.
      alarms: [this.alarm(`${deployed.node.id}Errors`, errorsOfNewVersion(deployed), 1), apiFaults],
      // At once there is nobody left to protect; and what mends a fault must go out while its alarms ring.
      ignoreAlarmConfiguration: rollout === 'AllAtOnce',
    });
  }

  private alarm(id: string, metric: IMetric, threshold: number): Alarm {
    return new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: 'Ends a release that is going out. See docs/deployment.md#when-a-release-fails',
    });
  }

  /**
   * Whom CodeDeploy acts as: it may move these aliases and look at alarms. No group waits for the policy, for the policy
   * names functions that wait for others' aliases; it moves what was there before, which the policy before names too.
   */
  private deploymentRole(): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
        resources: this.props.functions.flatMap(({ functionArn }) => [functionArn, `${functionArn}:${LIVE}`]),
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
    acknowledgeWildcards(role, ['*'], 'CodeDeploy reads the state of alarms by a list, which takes no resource.');
    return role;
  }
}

/** Has each alias wait for those of the wave before its own; what is new moves no calls, and is soon there. */
function moveInWaves(aliases: readonly LiveVersion[]): void {
  const resources = aliases.map(({ node }) => {
    const resource = node.defaultChild;
    if (!CfnResource.isCfnResource(resource)) throw new Error('An alias is one resource');
    return resource;
  });
  for (const [index, resource] of resources.entries()) {
    const wave = index - (index % WAVE);
    for (const before of resources.slice(Math.max(0, wave - WAVE), wave)) resource.addDependency(before);
  }
}

/** Lambda counts by executed version only while the alias has two: the errors of the one before are not these. */
function errorsOfNewVersion({ functionName, currentVersion }: ServiceFunction): Metric {
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName: 'Errors',
    dimensionsMap: {
      FunctionName: functionName,
      // Not the alias's own name: the alias refers to the deployment group, and that to this alarm.
      Resource: `${functionName}:${LIVE}`,
      ExecutedVersion: currentVersion.version,
    },
    statistic: 'Sum',
    period: Duration.minutes(1),
  });
}
