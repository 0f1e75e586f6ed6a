import { BatchGetCommand, type BatchGetCommandInput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SeededRandom } from '../world/seeded-random.ts';

type Client = Pick<DynamoDBDocumentClient, 'send'>;
type Requests = NonNullable<BatchGetCommandInput['RequestItems']>;

/**
 * A client whose batch reads have two moments: DynamoDB reads each item of a batch consistently, and the batch not. Which
 * items are read when is the seed's to say.
 */
export function tornReads(client: Client, random: SeededRandom): Client {
  const send = (command: { readonly input: object }) =>
    // The client tells commands apart by their class; each other one is passed on as it came.
    command instanceof BatchGetCommand
      ? readTorn(client, command.input.RequestItems ?? {}, random)
      : client.send(command as Parameters<Client['send']>[0]);
  return Object.create(client, { send: { value: send } });
}

async function readTorn(client: Client, wanted: Requests, random: SeededRandom): Promise<object> {
  const keys = Object.entries(wanted).flatMap(([table, { Keys = [], ...rest }]) =>
    Keys.map((key) => ({ table, key, rest, later: random.below(2) === 0 })),
  );
  const Responses: Record<string, Record<string, unknown>[]> = {};
  for (const moment of [false, true]) {
    const RequestItems: Requests = {};
    for (const { table, key, rest } of keys.filter(({ later }) => later === moment)) {
      RequestItems[table] = { ...rest, Keys: [...(RequestItems[table]?.Keys ?? []), key] };
    }
    if (Object.keys(RequestItems).length === 0) continue;
    const answer = await client.send(new BatchGetCommand({ RequestItems }));
    for (const [table, items] of Object.entries(answer.Responses ?? {})) {
      Responses[table] = [...(Responses[table] ?? []), ...items];
    }
  }
  return { Responses };
}
