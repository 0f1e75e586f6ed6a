import * as z from 'zod';
import type { Datum, Source } from './datum.ts';
import type { RelayList } from './relay-list.ts';

/** A throttled call of DynamoDB, as the relay reports it. */
export const throttledCallSchema = z.object({
  seq: z.number(),
  at: z.coerce.date(),
  operation: z.string(),
  tables: z.array(z.string()),
  index: z.string().optional(),
});

export type ThrottledCall = z.infer<typeof throttledCallSchema>;

const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'];

/** Throttled reads and writes of tables and indexes (`AWS/DynamoDB` by TableName, an index's by its name too). */
export class TableThrottles implements Source {
  private readonly calls: Pick<RelayList<ThrottledCall>, 'next'>;

  constructor(calls: Pick<RelayList<ThrottledCall>, 'next'>) {
    this.calls = calls;
  }

  async measure(): Promise<Datum[]> {
    return (await this.calls.next()).flatMap(({ operation, tables, index, at }) => {
      const name = READS.includes(operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents';
      return tables.map((TableName): Datum => {
        const dimensions = index === undefined ? { TableName } : { TableName, GlobalSecondaryIndexName: index };
        return { namespace: 'AWS/DynamoDB', name, dimensions, unit: 'Count', at, values: [1] };
      });
    });
  }
}
