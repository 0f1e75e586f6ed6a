import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient, paginateScan, type TableDescription } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { installPythonEnvironment } from '../../../tools/python-environment.ts';
import { clientConfiguration } from './aws.ts';
import { eventually } from './eventually.ts';
import type { RecordedCall } from './recorded-while.ts';

/** A table of the local cloud as it was at a moment. */
export interface TableCopy {
  readonly description: TableDescription;
  readonly items: readonly object[];
}

/** Copies a table: what it is, and all that is in it. */
export async function copyTable(TableName: string): Promise<TableCopy> {
  const client = new DynamoDBClient(clientConfiguration());
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if (!Table) throw new Error(`There is no table ${TableName}`);
  const items: object[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    items.push(...Items);
  return { description: Table, items };
}

/** Another maker's engine of DynamoDB, in memory. */
export class SecondEngine {
  private readonly endpoint: string;
  private readonly end: () => void;

  private constructor(endpoint: string, end: () => void) {
    this.endpoint = endpoint;
    this.end = end;
  }

  static async start(): Promise<SecondEngine> {
    const folder = mkdtempSync(join(tmpdir(), 'llavero-second-engine-'));
    const log = join(folder, 'install.log');
    const { bin } = await installPythonEnvironment('second-engine', 'test/cloud/second-engine.txt', { log });
    const port = await findPort();
    const child = spawn(join(bin, 'roto-server'), ['--port', String(port), '--ephemeral'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const engine = new SecondEngine(`http://127.0.0.1:${port}`, () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
    await eventually(
      () => engine.call('ListTables', {}).catch(() => undefined),
      (answer) => answer?.status === 200,
    );
    return engine;
  }

  stop(): void {
    this.end();
  }

  /** Makes a table as that of the copy is, with what was in it. */
  async load({ description, items }: TableCopy): Promise<void> {
    const { TableName = '', KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] } = description;
    await this.mustCall('CreateTable', {
      TableName,
      KeySchema,
      AttributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
      ...(GlobalSecondaryIndexes.length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index) => ({
              IndexName: index.IndexName,
              KeySchema: index.KeySchema,
              Projection: index.Projection,
            })),
          }),
    });
    for (let from = 0; from < items.length; from += 25) {
      const puts = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
      await this.mustCall('BatchWriteItem', { RequestItems: { [TableName]: puts } });
    }
  }

  /** Makes a recorded call; gives both engines' answers as they are compared. */
  async repeat({ operation, request, status, answer }: RecordedCall): Promise<{ first: unknown; second: unknown }> {
    const repeated = await this.call(operation, request);
    return { first: comparable(status, answer), second: comparable(repeated.status, repeated.answer) };
  }

  private async mustCall(operation: string, request: unknown): Promise<void> {
    const { status, answer } = await this.call(operation, request);
    if (status !== 200) throw new Error(`${operation}: ${status} ${JSON.stringify(answer)}`);
  }

  private async call(operation: string, request: unknown): Promise<{ status: number; answer: unknown }> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(request, (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
      ),
    });
    return { status: response.status, answer: await response.json() };
  }
}

const refusalSchema = z.looseObject({
  __type: z.string(),
  CancellationReasons: z.array(z.looseObject({ Code: z.string().optional(), Item: z.unknown().optional() })).optional(),
});

/** Of a refusal its name, reasons and item; of an answer all but what it says it cost. Batches and sets have no order. */
function comparable(status: number | undefined, answer: unknown): unknown {
  if (status === 200) return ordered(answer);
  // The item of a failed UpdateItem is not compared: the second engine gives none, where AWS and the first do.
  const { __type, CancellationReasons } = refusalSchema.parse(answer);
  const reasons = CancellationReasons?.map(({ Code = 'None', Item: found }) => ({ Code, Item: ordered(found) }));
  return { status, name: __type.split('#').at(-1), reasons };
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (name === 'ConsumedCapacity') return [];
    if (name === 'SS' || name === 'NS') return [[name, [...(inner as string[])].sort()]];
    if (name === 'Responses') return [[name, sortBatches(inner as Record<string, unknown[]>)]];
    return [[name, ordered(inner)]];
  });
  return Object.fromEntries(members.sort(([a], [b]) => a.localeCompare(b)));
}

function sortBatches(responses: Record<string, unknown[]>): unknown {
  const texts = (items: unknown[]) => items.map((item) => JSON.stringify(ordered(item))).sort();
  return Object.entries(responses)
    .map(([table, items]) => [table, texts(items)] as const)
    .sort(([a], [b]) => a.localeCompare(b));
}

/** A port that nobody has. */
function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('No port')),
      );
    });
  });
}
