import * as z from 'zod/mini';
import { PROBLEMS, type ProblemCode } from '../../shared/errors.ts';
import { OPERATIONS, type Operation } from '../../shared/http/operations.ts';
import { problemResponse } from '../../shared/http/responses.ts';
import { ROUTES, type Route } from '../../shared/routes.ts';

type Json = Record<string, unknown>;

/** Problems that any route may answer. */
const COMMON: readonly ProblemCode[] = ['VALIDATION_FAILED', 'USER_DISABLED', 'INTERNAL', 'UNAVAILABLE'];

/** The JSON Schema of a client's input: before normalization, with the members that a client may leave out. */
function buildSchema(schema: z.ZodMiniType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

function buildParameters(schema: z.ZodMiniType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'The same key by the same caller gives the same change for ever.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7E]{1,255}$' },
};

const NEXT_PAGE = {
  Link: {
    description: 'Of a page as CSV: `<…>; rel="next"`, relative to the address called; absent on the last page.',
    schema: { type: 'string' },
  },
};

function buildProblems(codes: readonly ProblemCode[]): Json {
  const byStatus = Map.groupBy([...new Set([...COMMON, ...codes])].sort(), (code) => PROBLEMS[code].status);
  const entries = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries([
    ['401', { description: 'No valid access token', content: problemContent() }],
    ...entries.map(([status, of]) => [String(status), { description: of.join(', '), content: problemContent() }]),
  ]);
}

function problemContent(): Json {
  return { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
}

function buildAnswers({ responses, csvColumns }: Operation): Json {
  const csv = csvColumns && { 'text/csv': { schema: { type: 'string', examples: [`${csvColumns.join(',')}\r\n`] } } };
  return Object.fromEntries(
    Object.entries(responses).map(([status, schema]) => [
      status,
      schema
        ? {
            description: 'Done',
            ...(csv ? { headers: NEXT_PAGE } : {}),
            content: { 'application/json': { schema: buildSchema(schema) }, ...csv },
          }
        : { description: 'Done' },
    ]),
  );
}

function buildOperation(route: Route, operation: Operation): Json {
  return {
    operationId: route.functionName,
    summary: operation.summary,
    // Each scope is an alternative: any of them is accepted.
    security: route.scopes.map((scope) => ({ cognito: [scope] })),
    parameters: [
      ...buildParameters(operation.path, 'path'),
      ...buildParameters(operation.query, 'query'),
      ...(operation.idempotencyKey ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(operation.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: buildSchema(operation.body) } } } }
      : {}),
    responses: { ...buildAnswers(operation), ...buildProblems(operation.problems) },
  };
}

/** The OpenAPI 3.1 document of the API: made from the routes and the schemas that the functions parse with. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of ROUTES) {
    const operation = buildOperation(route, OPERATIONS[route.functionName]);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  const scopes = [...new Set<string>(ROUTES.flatMap(({ scopes: of }) => of))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Llavero',
      version,
      description: 'The virtual-token service of a corporate bank.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The stage’s own address (`ApiUrl`)' }],
    paths,
    components: {
      securitySchemes: {
        cognito: {
          type: 'oauth2',
          flows: {
            authorizationCode: {
              authorizationUrl: '/oauth2/authorize',
              tokenUrl: '/oauth2/token',
              scopes: Object.fromEntries(scopes.map((scope) => [scope, scope])),
            },
          },
        },
      },
      schemas: { Problem: buildSchema(problemResponse) },
    },
  };
}
