import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Route } from '../../shared/routes.ts';
import { acknowledge } from './acknowledge.ts';
import { GatewayProblems } from './gateway-problems.ts';
import { ServiceLog, type ServiceLogProps } from './service-log.ts';

export interface ServiceApiProps {
  readonly userPool: IUserPool;
  readonly routes: readonly Route[];
  /** The function that serves a route. */
  readonly functionFor: (route: Route) => IFunction;
  /** Answers CORS preflights; the gateway itself can name one origin, not choose among several. */
  readonly preflight: IFunction;
  readonly ratePerSecond: number;
  readonly burst: number;
  /** The log of accesses. */
  readonly log: ServiceLogProps;
}

const STAGE_NAME = 'v1';

/** The REST API: each route with its scope, nothing open, problems for errors, a log of access without persons. */
export class ServiceApi extends Construct {
  readonly restApi: RestApi;
  readonly accessLog: ServiceLog;
  /** Answers 429, the gateway's own and the functions': its own metrics count them among all 4xx. */
  readonly tooManyRequests: Metric;
  /** Address to which a route's path is appended. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ServiceApiProps) {
    super(scope, id);

    this.accessLog = new ServiceLog(this, 'AccessLog', props.log);
    this.tooManyRequests = this.accessLog
      .addMetricFilter('TooManyRequests', {
        filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
        // Not the namespace of the functions' own: those bear their service as a dimension, which a filter cannot give.
        metricNamespace: 'Llavero/Api',
        metricName: 'TooManyRequests',
      })
      .metric({ statistic: 'Sum' });

    this.restApi = new RestApi(this, 'RestApi', {
      restApiName: 'Llavero',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: STAGE_NAME,
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        throttlingRateLimit: props.ratePerSecond,
        throttlingBurstLimit: props.burst,
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat: ACCESS_LOG_FORMAT,
      },
    });
    // The gateway would make it by itself, without a key and for ever, with the first error that it writes.
    const name = `API-Gateway-Execution-Logs_${this.restApi.restApiId}/${STAGE_NAME}`;
    this.restApi.deploymentStage.node.addDependency(new ServiceLog(this, 'ExecutionLog', { ...props.log, name }));

    // The stack has an output of its own for it.
    this.restApi.node.tryRemoveChild('Endpoint');
    this.url = this.restApi.urlForPath('/').replace(/\/$/, '');

    const authorizer = new CognitoUserPoolsAuthorizer(this, 'Authorizer', { cognitoUserPools: [props.userPool] });
    // One permission for the preflights of every path.
    const preflight = new LambdaIntegration(props.preflight, { scopePermissionToMethod: false });
    for (const path of new Set(props.routes.map((route) => route.path))) {
      const open = this.restApi.root.resourceForPath(path).addMethod('OPTIONS', preflight);
      acknowledge(
        open,
        ['AwsSolutions-APIG4', 'AwsSolutions-COG4'],
        'A CORS preflight, which a browser sends without a token; no other method is open.',
      );
    }
    for (const route of props.routes) {
      this.restApi.root
        .resourceForPath(route.path)
        .addMethod(route.method, new LambdaIntegration(props.functionFor(route), { allowTestInvoke: false }), {
          authorizationType: AuthorizationType.COGNITO,
          authorizer,
          authorizationScopes: [...route.scopes],
        });
    }

    new GatewayProblems(this, 'Problems', this.restApi);
    this.acknowledgeFindings();
  }

  private acknowledgeFindings(): void {
    acknowledge(
      this.restApi,
      ['AwsSolutions-APIG2'],
      'Functions validate each request by its schema: the gateway cannot name the field at fault.',
    );
    acknowledge(
      this.restApi.deploymentStage,
      ['AwsSolutions-APIG3', 'NIST.800.53.R5-APIGWAssociatedWithWAF'],
      'The edge stack puts a web ACL before the stage; a local stage has no such service.',
    );
    acknowledge(
      this.restApi,
      [
        'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      ],
      'The account-wide role by which API Gateway writes logs has just this managed policy.',
    );
    acknowledge(
      this.restApi.deploymentStage,
      ['NIST.800.53.R5-APIGWCacheEnabledAndEncrypted', 'CKV_AWS_120'],
      'No answer may be kept: each is of one person, and of the state as it then is.',
    );
    acknowledge(
      this.restApi.deploymentStage,
      ['NIST.800.53.R5-APIGWSSLEnabled'],
      'Behind it are functions alone, called by IAM: no server to which the gateway would have to show a certificate.',
    );
  }
}

/** Times, sizes and the route's template; no address, no subject, no path as called. */
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    at: AccessLogField.contextRequestTimeEpoch(),
    method: AccessLogField.contextHttpMethod(),
    route: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    latency: AccessLogField.contextResponseLatency(),
    functionLatency: AccessLogField.contextIntegrationLatency(),
    responseLength: AccessLogField.contextResponseLength(),
    refusal: AccessLogField.contextErrorResponseType(),
    trace: AccessLogField.contextXrayTraceId(),
  }),
);
