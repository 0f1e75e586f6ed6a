import type * as z from 'zod/mini';
import { OPERATIONS, type Operation } from '../../shared/http/operations.ts';
import { problemResponse } from '../../shared/http/responses.ts';
import { ROUTES, type Route, type Scope } from '../../shared/routes.ts';
import { describeSchemas, type Json, listParameters, refer } from './components.ts';
import { EXAMPLES, type Example } from './examples.ts';
import { COMMON, problemExamples, problemStatus, type ToldCode } from './problem-examples.ts';

const AREAS = {
  'llavero/console': { tag: 'Console', says: 'Administers the tokens of the caller’s own company' },
  'llavero/app': { tag: 'App', says: 'The caller’s own phone: enrols it, and decides by its signature' },
  'llavero/otp': { tag: 'Systems', says: 'The bank’s systems: verifies one-time codes' },
} as const satisfies Record<Scope, { tag: string; says: string }>;

const PARAMETERS: Readonly<Record<string, string>> = {
  tokenId: 'A token.',
  changeId: 'A change.',
  deviceId: 'A device of the caller.',
  limit: 'So many items at most.',
  cursor: '`nextCursor` of the page before, under the same filter.',
  kind: 'Only tokens of this kind.',
  status: 'Only those in this status.',
  q: 'Words that begin words of the holder’s name, username, e-mail or serial; in any order, without case or accents.',
  enabled: 'Only of holders who are enabled, or who are not.',
  count: 'With `true`, the answer tells how many match.',
  sort: 'By the holder’s name, or the latest change first.',
  from: 'Not before this time (RFC 3339).',
  to: 'Before this time (RFC 3339).',
  type: 'Only events of this type.',
  action: 'Only for this action.',
  reason: 'Only for this reason: a code of the catalogue.',
};

function buildParameters(schema: z.ZodMiniType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  return listParameters(schema).map((parameter) => {
    const description = PARAMETERS[parameter.name];
    if (!description) throw new Error(`The parameter ${parameter.name} is not described`);
    return { ...parameter, in: place, required: place === 'path' || parameter.required, description };
  });
}

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'The same key by the same caller gives the same change for ever.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7E]{1,255}$' },
  example: '9a0b6c6e-6f0e-4a7b-8f0b-2f5f6f1f7a10',
};

const NEXT_PAGE = {
  Link: {
    description: 'Of a page as CSV: `<…>; rel="next"`, relative to the address called; absent on the last page.',
    schema: { type: 'string' },
  },
};

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } };

function buildProblems(codes: readonly ToldCode[]): Json {
  const byStatus = Map.groupBy([...new Set([...COMMON, ...codes])].sort(), problemStatus);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, of]) => [
        String(status),
        {
          description: of.join(', '),
          ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
          content: {
            'application/problem+json': {
              schema: refer(problemResponse),
              examples: Object.fromEntries(of.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
            },
          },
        },
      ]),
  );
}

function buildAnswers({ responses, csvColumns }: Operation, { answers }: Example): Json {
  const csv = csvColumns && { 'text/csv': { schema: { type: 'string', examples: [`${csvColumns.join(',')}\r\n`] } } };
  return Object.fromEntries(
    Object.entries(responses).map(([status, schema]) => [
      status,
      schema
        ? {
            description: 'Done',
            ...(csv ? { headers: NEXT_PAGE } : {}),
            content: { 'application/json': { schema: refer(schema), example: answers[Number(status)] }, ...csv },
          }
        : { description: 'Done' },
    ]),
  );
}

function buildOperation(route: Route, operation: Operation, example: Example): Json {
  const content = operation.body && { schema: refer(operation.body), example: example.body };
  return {
    operationId: route.functionName,
    summary: operation.summary,
    tags: route.scopes.map((scope) => AREAS[scope].tag),
    // Each scope is an alternative: any of them is accepted.
    security: route.scopes.map((scope) => ({ cognito: [scope] })),
    parameters: [
      ...buildParameters(operation.path, 'path'),
      ...buildParameters(operation.query, 'query'),
      ...(operation.idempotencyKey ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(content ? { requestBody: { required: true, content: { 'application/json': content } } } : {}),
    responses: { ...buildAnswers(operation, example), ...buildProblems(operation.problems) },
  };
}

function describeScopes(...scopes: Scope[]): Json {
  return Object.fromEntries(scopes.map((scope) => [scope, AREAS[scope].says]));
}

const SIGN_IN = `Hosted login of the stage’s user pool (\`LoginUrl\`). People sign in by authorization code with PKCE, each
client with its own scope; the bank’s systems get a token by their client’s id and secret, for \`llavero/otp\` alone. A
token says who calls: company, role and enablement are read on every call.`;

/** The OpenAPI 3.1 document of the API: made from the routes and the schemas that the functions parse with. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) {
    const operation = buildOperation(route, OPERATIONS[route.functionName], EXAMPLES[route.functionName]);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  const codes = new Set<ToldCode>([...COMMON, ...Object.values(OPERATIONS).flatMap(({ problems }) => problems)]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Llavero',
      version,
      description: 'The virtual-token service of a corporate bank.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The stage’s own address (`ApiUrl`)' }],
    tags: Object.values(AREAS).map(({ tag, says }) => ({ name: tag, description: says })),
    paths,
    components: {
      securitySchemes: {
        cognito: {
          type: 'oauth2',
          description: SIGN_IN.replaceAll('\n', ' '),
          flows: {
            authorizationCode: {
              authorizationUrl: '/oauth2/authorize',
              tokenUrl: '/oauth2/token',
              scopes: describeScopes('llavero/console', 'llavero/app'),
            },
            clientCredentials: { tokenUrl: '/oauth2/token', scopes: describeScopes('llavero/otp') },
          },
        },
      },
      schemas: describeSchemas(),
      examples: problemExamples(codes),
    },
  };
}
