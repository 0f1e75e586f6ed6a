import { DeleteTableCommand, RestoreTableToPointInTimeCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { aws, DATA_STACK, resourceNamed } from './aws.ts';

/** The main table and the record, by their names. */
export interface Tables {
  readonly main: string;
  readonly record: string;
}

/** The stage's own tables. */
export async function liveTables(): Promise<Tables> {
  const [main, record] = await Promise.all(
    ['TablesMain', 'TablesRecord'].map((name) => resourceNamed(DATA_STACK, 'AWS::DynamoDB::Table', name)),
  );
  if (!main || !record) throw new Error('Two tables are needed');
  return { main, record };
}

async function restore(SourceTableName: string): Promise<string> {
  const TargetTableName = `${SourceTableName}-restored-${Date.now()}`;
  const client = aws.dynamodb();
  await client.send(
    new RestoreTableToPointInTimeCommand({ SourceTableName, TargetTableName, UseLatestRestorableTime: true }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: TargetTableName });
  return TargetTableName;
}

/** Restores both tables, as they are now, to new ones. */
export async function restoreTables({ main, record }: Tables): Promise<Tables> {
  return { main: await restore(main), record: await restore(record) };
}

/** Deletes restored copies. */
export async function deleteTables({ main, record }: Tables): Promise<void> {
  for (const TableName of [main, record]) await aws.dynamodb().send(new DeleteTableCommand({ TableName }));
}
