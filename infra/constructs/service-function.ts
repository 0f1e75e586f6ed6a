import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  Architecture,
  type Code,
  type IFunction,
  Function as LambdaFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { ServiceLog, type ServiceLogProps } from './service-log.ts';
import { METRIC_NAMESPACE } from './service-metrics.ts';

export interface ServiceFunctionProps {
  /** The bundle, whose `index.js` exports `handler`. */
  readonly code: Code;
  /** The service's name in logs, metrics and traces: one name per stage. */
  readonly serviceName: string;
  readonly description?: string;
  /** The release, shown in the function's description, so that another release is another version. */
  readonly release?: string | undefined;
  /** Only where a policy names the role before there is one. @default a name of CloudFormation's */
  readonly roleName?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** @default 512 */
  readonly memoryMb?: number;
  /** @default 10 */
  readonly timeoutSeconds?: number;
  /** Where it outlives the stack, so does every version that was live. */
  readonly log: ServiceLogProps;
}

/** Name of the alias that callers call. */
export const LIVE = 'live';

/** One Lambda function with a log and a role of its own; the role may write that log and its traces, and nothing else. */
export class ServiceFunction extends LambdaFunction {
  private alias: LiveVersion | undefined;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    const logGroup = new ServiceLog(scope, `${id}Log`, props.log);
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      ...(props.roleName === undefined ? {} : { roleName: props.roleName }),
    });

    const description = [props.description, props.release && `Release ${props.release}`].filter(Boolean).join('. ');
    super(scope, id, {
      code: props.code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb ?? 512,
      timeout: Duration.seconds(props.timeoutSeconds ?? 10),
      tracing: Tracing.ACTIVE,
      role,
      logGroup,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: props.serviceName,
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
      },
      ...(description === '' ? {} : { description }),
      currentVersionOptions: {
        // Kept, so that one can go back to it, unless its own release was rolled back: Lambda publishes unchanged code
        // only once, so a rolled-back release could not be retried.
        removalPolicy: props.log.retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      },
    });

    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    acknowledgeWildcards(role, ['*'], 'X-Ray takes no resource.');
  }

  /** The target of people's requests: the live version, which a release replaces little by little. */
  get live(): LiveVersion {
    this.alias ??= asFunction(this.addAlias(LIVE));
    return this.alias;
  }
}

/** The alias as a function: the CDK's declaration of the one has members that are there and undefined, of the other not. */
export type LiveVersion = Alias & IFunction;

function asFunction(alias: Alias): LiveVersion {
  if (!isFunction(alias)) throw new Error('A function of the service has a role');
  return alias;
}

function isFunction(alias: Alias): alias is LiveVersion {
  return alias.role !== undefined;
}
