import * as z from 'zod';
import type { Datum, Source } from './datum.ts';

const entry = { seq: z.number(), at: z.coerce.date() };
const answerSchema = z.object({
  ...entry,
  apiId: z.string(),
  stage: z.string(),
  status: z.number(),
  ms: z.number(),
});
const throttledCallSchema = z.object({
  ...entry,
  operation: z.string(),
  tables: z.array(z.string()),
  index: z.string().optional(),
});

const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'];

/**
 * Answers of the APIs (`AWS/ApiGateway` by ApiName, and by ApiName and Stage): a fault is 1, any other answer 0 of it.
 * And the answers 429 (`Llavero/Api`), which on AWS a filter makes of the access log, as unitless as a filter's are.
 *
 * @param names the names of APIs by their ids; answers of others are not counted
 */
export function apiAnswers(relay: string, names: ReadonlyMap<string, string>): Source {
  return relayList(`${relay}/_relay/answers`, answerSchema, ({ apiId, stage, status, ms, at }) => {
    const ApiName = names.get(apiId);
    if (ApiName === undefined) return [];
    const metrics = [
      { name: 'Count', unit: 'Count', values: [1] },
      { name: '4XXError', unit: 'Count', values: [status >= 400 && status < 500 ? 1 : 0] },
      { name: '5XXError', unit: 'Count', values: [status >= 500 ? 1 : 0] },
      { name: 'Latency', unit: 'Milliseconds', values: [ms] },
    ] as const;
    const counted: Datum[] = [{ ApiName }, { ApiName, Stage: stage }].flatMap((dimensions) =>
      metrics.map((metric) => ({ namespace: 'AWS/ApiGateway', dimensions, at, ...metric })),
    );
    if (status !== 429) return counted;
    const filtered = { namespace: 'Llavero/Api', name: 'TooManyRequests', dimensions: {}, unit: 'None' } as const;
    return [...counted, { ...filtered, at, values: [1] }];
  });
}

/** Throttled reads and writes of tables and indexes (`AWS/DynamoDB` by TableName, an index's by its name too). */
export function tableThrottles(relay: string): Source {
  return relayList(`${relay}/_relay/throttles`, throttledCallSchema, ({ operation, tables, index, at }) => {
    const name = READS.includes(operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents';
    const common = { namespace: 'AWS/DynamoDB', name, unit: 'Count', at, values: [1] } as const;
    const ofIndex = index === undefined ? {} : { GlobalSecondaryIndexName: index };
    return tables.map((TableName) => ({ ...common, dimensions: { TableName, ...ofIndex } }));
  });
}

/** Counts the additions to one of the relay's lists. The first reading counts nothing: older entries came before. */
function relayList<T extends { seq: number }>(url: string, item: z.ZodType<T>, count: (item: T) => Datum[]): Source {
  const listSchema = z.object({ items: z.array(item) });
  let since: number | undefined;
  return async () => {
    const response = await fetch(`${url}?since=${since ?? 0}`);
    if (!response.ok) throw new Error(`GET ${url}: ${response.status}`);
    const { items } = listSchema.parse(await response.json());
    const added = since === undefined ? [] : items;
    since = items.at(-1)?.seq ?? since ?? 0;
    return added.flatMap(count);
  };
}
