import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import * as z from 'zod';
import { openApiDocument } from '../scripts/openapi/document.ts';
import { eventDocument } from '../scripts/openapi/event-document.ts';
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
});
