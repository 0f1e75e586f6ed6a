import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';

interface Problem {
  readonly types: readonly ResponseType[];
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PROBLEMS: readonly Problem[] = [
  {
    types: [ResponseType.BAD_REQUEST_BODY, ResponseType.BAD_REQUEST_PARAMETERS, ResponseType.DEFAULT_4XX],
    status: 400,
    code: 'VALIDATION_FAILED',
    title: 'The request is not valid',
  },
  {
    types: [ResponseType.UNAUTHORIZED, ResponseType.EXPIRED_TOKEN],
    status: 401,
    code: 'UNAUTHENTICATED',
    title: 'Sign in first',
    headers: { 'WWW-Authenticate': "'Bearer'" },
  },
  {
    types: [
      ResponseType.ACCESS_DENIED,
      ResponseType.INVALID_SIGNATURE,
      ResponseType.INVALID_API_KEY,
      ResponseType.WAF_FILTERED,
    ],
    status: 403,
    code: 'FORBIDDEN',
    title: 'This call is not allowed',
  },
  {
    // The gateway says "missing authentication token" of a path or method that it does not have.
    types: [ResponseType.MISSING_AUTHENTICATION_TOKEN, ResponseType.RESOURCE_NOT_FOUND],
    status: 404,
    code: 'NOT_FOUND',
    title: 'Not found',
  },
  { types: [ResponseType.REQUEST_TOO_LARGE], status: 413, code: 'BODY_TOO_LARGE', title: 'The body is too large' },
  {
    types: [ResponseType.UNSUPPORTED_MEDIA_TYPE],
    status: 415,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    title: 'The body must be application/json',
  },
  {
    types: [ResponseType.THROTTLED, ResponseType.QUOTA_EXCEEDED],
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    title: 'Too many requests',
    headers: { 'Retry-After': "'1'" },
  },
  {
    types: [
      ResponseType.API_CONFIGURATION_ERROR,
      ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
      ResponseType.AUTHORIZER_FAILURE,
      ResponseType.DEFAULT_5XX,
    ],
    status: 500,
    code: 'INTERNAL',
    title: 'Something went wrong',
  },
  { types: [ResponseType.INTEGRATION_FAILURE], status: 502, code: 'INTERNAL', title: 'Something went wrong' },
  { types: [ResponseType.INTEGRATION_TIMEOUT], status: 504, code: 'INTERNAL', title: 'Something went wrong' },
];

/** The gateway's own answers, as problems (RFC 9457) of the same shape as the functions'. */
export class GatewayProblems extends Construct {
  constructor(scope: Construct, id: string, restApi: RestApi) {
    super(scope, id);
    for (const { types, status, code, title, headers } of PROBLEMS) {
      for (const type of types) {
        restApi.addGatewayResponse(`Problem${type.responseType}`, {
          type,
          statusCode: String(status),
          responseHeaders: {
            'Content-Type': "'application/problem+json'",
            // The gateway cannot choose among origins here, and these answers hold nothing of anyone: any page may
            // read them. What a function answers names only the stage's own origins.
            'Access-Control-Allow-Origin': "'*'",
            'Access-Control-Expose-Headers': "'Retry-After'",
            'Cache-Control': "'no-store'",
            ...headers,
          },
          templates: {
            'application/json': JSON.stringify({
              type: 'about:blank',
              title,
              status,
              code,
              requestId: '$context.requestId',
            }),
          },
        });
      }
    }
  }
}
