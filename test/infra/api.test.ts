import { ROUTES } from '../../shared/routes.ts';
import {
  DEPLOYED_STAGE,
  findOnlyProperties,
  findResources,
  type StageTemplate,
  synthesizeStage,
} from './synthesized-stage.ts';

let template: StageTemplate;

beforeAll(() => {
  template = synthesizeStage(DEPLOYED_STAGE).readTemplate('Service');
});

/** Path of an API resource, from the root. */
function buildPath(resourceId: unknown): string {
  const { Ref: id } = resourceId as { Ref?: string };
  const resource = id === undefined ? undefined : template.Resources[id];
  if (!resource) return '';
  return `${buildPath(resource.Properties.ParentId)}/${String(resource.Properties.PathPart)}`;
}

/** The function whose live version an integration calls. */
function servedBy(integration: unknown): string | undefined {
  const called = JSON.stringify(integration).match(/functions\/",\{"Ref":"(\w+)"\},"\/invocations"/)?.[1];
  const alias = called === undefined ? undefined : template.Resources[called];
  if (alias?.Type !== 'AWS::Lambda::Alias' || alias.Properties.Name !== 'live') return undefined;
  return JSON.stringify(alias.Properties.FunctionName).match(/"Ref":"([A-Za-z]+)[0-9A-F]{8}"/)?.[1];
}

const methods = () =>
  findResources(template, 'AWS::ApiGateway::Method').map(([, { Properties }]) => ({
    path: buildPath(Properties.ResourceId),
    properties: Properties,
  }));

it('has exactly the listed routes, each with its own scopes and served by the live version of its own function', () => {
  const [[authorizerId] = []] = findResources(template, 'AWS::ApiGateway::Authorizer');
  const found = methods()
    .filter(({ properties }) => properties.HttpMethod !== 'OPTIONS')
    .map(({ path, properties }) => ({
      route: `${properties.HttpMethod} ${path}`,
      type: properties.AuthorizationType,
      authorizer: properties.AuthorizerId,
      scopes: properties.AuthorizationScopes,
      served: servedBy(properties.Integration),
    }));
  const expected = ROUTES.map((route) => ({
    route: `${route.method} ${route.path}`,
    type: 'COGNITO_USER_POOLS',
    authorizer: { Ref: authorizerId },
    scopes: route.scopes,
    served: route.functionName.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  }));
  const byRoute = (one: { route: string }, other: { route: string }) => one.route.localeCompare(other.route);
  expect(found.sort(byRoute)).toEqual(expected.sort(byRoute));
});

it('leaves open the preflights of those routes, and nothing else', () => {
  const open = methods().filter(({ properties }) => properties.AuthorizationType === 'NONE');
  expect(open.map(({ path, properties }) => `${properties.HttpMethod} ${path}`).sort()).toEqual(
    [...new Set(ROUTES.map((route) => `OPTIONS ${route.path}`))].sort(),
  );
});

it('authorizes by the stage’s own user pool', () => {
  const authorizers = findResources(template, 'AWS::ApiGateway::Authorizer').map(([, { Properties }]) => Properties);
  expect(authorizers).toEqual([
    expect.objectContaining({
      Type: 'COGNITO_USER_POOLS',
      IdentitySource: 'method.request.header.Authorization',
      ProviderARNs: [{ 'Fn::ImportValue': expect.stringMatching(/IdentityUserPool\w+Arn/) }],
    }),
  ]);
});

it('traces, throttles and logs every method without its data', () => {
  expect(findOnlyProperties(template, 'AWS::ApiGateway::Stage')).toEqual(
    expect.objectContaining({
      StageName: 'v1',
      TracingEnabled: true,
      MethodSettings: [
        {
          HttpMethod: '*',
          ResourcePath: '/*',
          DataTraceEnabled: false,
          LoggingLevel: 'ERROR',
          MetricsEnabled: true,
          ThrottlingBurstLimit: 400,
          ThrottlingRateLimit: 200,
        },
      ],
    }),
  );
});

it('counts answers 429 by the access log, where a status is text', () => {
  const [filter] = findResources(template, 'AWS::Logs::MetricFilter').filter(([id]) => id.startsWith('ApiAccessLog'));
  expect(filter?.[1].Properties).toEqual({
    LogGroupName: { Ref: expect.stringMatching(/^ApiAccessLog/) },
    FilterPattern: '{ $.status = "429" }',
    MetricTransformations: [{ MetricNamespace: 'Llavero/Api', MetricName: 'TooManyRequests', MetricValue: '1' }],
  });
  const { Format } = findOnlyProperties(template, 'AWS::ApiGateway::Stage').AccessLogSetting as { Format: string };
  expect(Format).toContain('"status":"$context.status"');
});

it('logs access without addresses, subjects, tokens or paths as called', () => {
  const { Format } = findOnlyProperties(template, 'AWS::ApiGateway::Stage').AccessLogSetting as { Format: string };
  expect(JSON.parse(Format)).toEqual({
    requestId: '$context.requestId',
    at: '$context.requestTimeEpoch',
    method: '$context.httpMethod',
    route: '$context.resourcePath',
    status: '$context.status',
    latency: '$context.responseLatency',
    functionLatency: '$context.integrationLatency',
    responseLength: '$context.responseLength',
    refusal: '$context.error.responseType',
    trace: '$context.xrayTraceId',
  });
});

it.each([
  { type: 'UNAUTHORIZED', status: 401, code: 'UNAUTHENTICATED' },
  { type: 'ACCESS_DENIED', status: 403, code: 'FORBIDDEN' },
  { type: 'WAF_FILTERED', status: 403, code: 'FORBIDDEN' },
  { type: 'MISSING_AUTHENTICATION_TOKEN', status: 404, code: 'NOT_FOUND' },
  { type: 'REQUEST_TOO_LARGE', status: 413, code: 'BODY_TOO_LARGE' },
  { type: 'UNSUPPORTED_MEDIA_TYPE', status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
  { type: 'THROTTLED', status: 429, code: 'TOO_MANY_REQUESTS' },
  { type: 'DEFAULT_4XX', status: 400, code: 'VALIDATION_FAILED' },
  { type: 'DEFAULT_5XX', status: 500, code: 'INTERNAL' },
  { type: 'INTEGRATION_TIMEOUT', status: 504, code: 'INTERNAL' },
])('answers $type by itself as the problem $code', ({ type, status, code }) => {
  const [response, ...others] = findResources(template, 'AWS::ApiGateway::GatewayResponse')
    .map(([, { Properties }]) => Properties)
    .filter((properties) => properties.ResponseType === type);
  expect(others).toEqual([]);
  expect(response?.StatusCode).toBe(String(status));
  expect(response?.ResponseParameters).toEqual(
    expect.objectContaining({
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
    }),
  );
  expect(JSON.parse(Object(response?.ResponseTemplates)['application/json'])).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status,
    code,
    requestId: '$context.requestId',
  });
});

it('tells the programs around it where everything is', () => {
  expect(
    Object.keys(template.Outputs ?? {})
      // Those are what other stacks refer to.
      .filter((name) => !/^(?:Exports|Publish)Output/.test(name))
      .sort(),
  ).toEqual([
    'ActivationCodeSeconds',
    'ApiUrl',
    'AppClientId',
    'ArchiveBucketName',
    'ArchiveMappingId',
    'ConfirmRescueFunctionArn',
    'ConfirmRescueRoleArn',
    'ConsoleClientId',
    'DayKeyArn',
    'EventBusName',
    'EventsMappingId',
    'LoginDomain',
    'NoticesMappingId',
    'OtpClientId',
    'ProposeRescueFunctionArn',
    'ProposeRescueRoleArn',
    'ReceiptKeyArn',
    'RecordTableName',
    'StateMachineArn',
    'TableName',
    'UserPoolId',
  ]);
});
