import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import * as z from 'zod';
import { openApiDocument } from '../scripts/openapi/document.ts';
import { eventDocument } from '../scripts/openapi/event-document.ts';
import { EXAMPLES } from '../scripts/openapi/examples.ts';
import { ProblemError } from '../shared/errors.ts';
import { OPERATIONS } from '../shared/http/operations.ts';
import { problem } from '../shared/http/problem.ts';
import { problemResponse } from '../shared/http/responses.ts';
import { ROUTES } from '../shared/routes.ts';
import { aHeldChange, aToken, withPending } from './fixtures.ts';

const root = join(__dirname, '..');
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));

const partsSchema = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
});

/** True if a JSON schema has this path of members, in any of its alternatives. */
function hasPath(schema: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  const { properties = {}, anyOf = [] } = partsSchema.parse(schema);
  return name in properties ? hasPath(properties[name], rest) : anyOf.some((each) => hasPath(each, [name, ...rest]));
}

it('the schema of events is the one that they are published by: run `npm run openapi` after changing it', () => {
  expect(read('docs/events/llavero-event-1.schema.json')).toEqual(JSON.parse(JSON.stringify(eventDocument())));
});

describe('the OpenAPI document', () => {
  it('is the one the schemas make: run `npm run openapi` after changing them', () => {
    expect(read('docs/openapi.json')).toEqual(
      JSON.parse(JSON.stringify(openApiDocument(read('package.json').version))),
    );
  });

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(read('docs/openapi.json'))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('describes a refusal that names the change in the way, as the service answers it', () => {
    const change = aHeldChange();
    const pending = withPending(aToken(), change).pendingChange;
    if (!pending) throw new Error('There is none');
    const { body } = problem(new ProblemError('CHANGE_ALREADY_PENDING', { change: pending }), 'request-1');
    expect(problemResponse.parse(JSON.parse(body)).change).toEqual(pending);
    const closed = { changeId: change.changeId, status: 'EXPIRED' };
    const told = JSON.parse(problem(new ProblemError('CHANGE_CLOSED', { change: closed }), 'request-1').body);
    expect([told.status, problemResponse.parse(told).change]).toEqual([409, closed]);
  });
  it.each(Object.entries(OPERATIONS).filter(([, { csvColumns }]) => csvColumns))(
    'names of %s only columns that its items have',
    (_, { responses, csvColumns = [] }) => {
      const page: unknown = z.toJSONSchema(responses[200] ?? z.undefined(), { io: 'output' });
      const items = z.object({ properties: z.object({ items: z.object({ items: z.unknown() }) }) }).parse(page);
      expect(csvColumns.filter((column) => !hasPath(items.properties.items.items, column.split('.')))).toEqual([]);
    },
  );

  it('has every route with its scopes, and no other', () => {
    const paths: Record<string, Record<string, { operationId: string; security: { cognito: string[] }[] }>> = read(
      'docs/openapi.json',
    ).paths;
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId, security }]) => ({
        method: method.toUpperCase(),
        path,
        scopes: security.flatMap(({ cognito }) => cognito),
        functionName: operationId,
      })),
    );
    const byPath = (a: { path: string; method: string }, b: { path: string; method: string }) =>
      `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`);
    expect(documented.sort(byPath)).toEqual(
      ROUTES.map((route) => ({ ...route, scopes: [...route.scopes] })).sort(byPath),
    );
  });

  it('gives numbers as numbers: of a list’s limit, with its bounds', () => {
    const [limit] = documentSchema.parse(read('docs/openapi.json')).paths['/tokens']?.get?.parameters ?? [];
    expect(limit).toMatchObject({
      name: 'limit',
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 25 },
    });
  });

  it('has a flow for people and one for the bank’s systems, each with its own scopes', () => {
    const { flows } = read('docs/openapi.json').components.securitySchemes.cognito;
    const scopes = Object.entries<{ scopes: object }>(flows).map(([flow, of]) => [flow, Object.keys(of.scopes)]);
    expect(scopes).toEqual([
      ['authorizationCode', ['llavero/console', 'llavero/app']],
      ['clientCredentials', ['llavero/otp']],
    ]);
  });

  it('describes every schema, member, parameter and scope', () => {
    const { components, paths } = documentSchema.parse(read('docs/openapi.json'));
    const described = [
      ...Object.entries(components.schemas).flatMap(([name, schema]) => [
        [name, schema.description],
        ...Object.entries(schema.properties ?? {}).map(([field, of]) => [`${name}.${field}`, of.description]),
      ]),
      ...Object.values(paths).flatMap((methods) =>
        Object.values(methods).flatMap(({ operationId, parameters }) =>
          parameters.map(({ name, description }) => [`${operationId} ${name}`, description]),
        ),
      ),
    ];
    expect(described.filter(([, description]) => !description)).toEqual([]);
    const anonymous = Object.entries(components.schemas).filter(([, schema]) =>
      JSON.stringify(Object.values(schema.properties ?? {})).includes('"properties"'),
    );
    expect(anonymous.map(([name]) => name)).toEqual([]);
  });
});

const exampleSchema = z.looseObject({
  schema: z.object({ $ref: z.string() }),
  example: z.unknown().optional(),
  examples: z.record(z.string(), z.object({ $ref: z.string() })).optional(),
});
const contentSchema = z.record(z.string(), z.unknown());
const described = z.looseObject({ name: z.string(), description: z.string().optional() });
const documentSchema = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        parameters: z.array(described),
        requestBody: z.object({ content: contentSchema, required: z.boolean() }).optional(),
        responses: z.record(z.string(), z.looseObject({ content: contentSchema.optional() })),
      }),
    ),
  ),
  components: z.looseObject({
    schemas: z.record(
      z.string(),
      z.looseObject({
        description: z.string().optional(),
        properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })).optional(),
      }),
    ),
    examples: z.record(z.string(), z.object({ value: z.looseObject({ code: z.string() }) })),
  }),
});

describe('the examples of the OpenAPI document', () => {
  const document = documentSchema.parse(read('docs/openapi.json'));
  // Formats are judged by the service's own schemas, below.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: 'api', ...document });
  const findFaults = (schema: string, value: unknown) => {
    const validate = ajv.compile({ $ref: `api${schema}` });
    return validate(value) ? [] : validate.errors;
  };
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    'fit what %s says it takes and answers',
    (_, { requestBody, responses }) => {
      const contents = [requestBody?.content, ...Object.values(responses).map(({ content }) => content)].flatMap(
        (content) => (content?.['application/json'] ? [exampleSchema.parse(content['application/json'])] : []),
      );
      for (const { schema, example } of contents) expect(findFaults(schema.$ref, example)).toEqual([]);
      if (!responses['204']) expect(contents).not.toEqual([]);
    },
  );

  it('has one of every refusal that an operation names, at the status it answers', () => {
    for (const { responses } of operations) {
      for (const [status, { content, description }] of Object.entries(responses)) {
        const refusal = content?.['application/problem+json'];
        if (!refusal) continue;
        const names = Object.keys(exampleSchema.parse(refusal).examples ?? {});
        expect(names.join(', ')).toBe(description);
        for (const name of names)
          expect(document.components.examples[name]?.value).toMatchObject({ code: name, status: Number(status) });
      }
    }
  });

  it.each(Object.entries(document.components.examples))('has %s as the service answers it', (code, { value }) => {
    expect(problemResponse.parse(value)).toMatchObject({ code });
    expect(findFaults('#/components/schemas/Problem', value)).toEqual([]);
  });

  it('refuses an example that does not fit: with a member too many, or one of another kind', () => {
    const token = EXAMPLES['get-token'].answers[200];
    expect(findFaults('#/components/schemas/TokenDetails', token)).toEqual([]);
    for (const wrong of [{ secret: 'x' }, { status: 'LOST' }, { version: '3' }]) {
      expect(findFaults('#/components/schemas/TokenDetails', Object.assign({}, token, wrong))).not.toEqual([]);
    }
  });

  it.each(ROUTES.map(({ functionName }) => functionName))('of %s are parsed by the service’s own schemas', (name) => {
    const { body, responses } = OPERATIONS[name];
    const { body: sent, answers } = EXAMPLES[name];
    if (body) expect(body.safeParse(sent).error).toBeUndefined();
    for (const [status, schema] of Object.entries(responses)) {
      expect(schema?.safeParse(answers[Number(status)]).error).toBeUndefined();
    }
  });
});
