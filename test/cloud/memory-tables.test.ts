import { randomUUID } from 'node:crypto';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { type Command, generatedCommands } from '../world/generated-commands.ts';
import { MemoryTables } from '../world/memory-tables.ts';
import { MAIN_TABLE } from '../world/table-definitions.ts';
import { aws } from './support/aws.ts';
import { stack } from './support/stack.ts';

/** The caller's view of an answer: its members, or the error's name and the reasons of each item. */
async function answer(client: DynamoDBDocumentClient, command: Command): Promise<unknown> {
  try {
    const members = { ...(await command.sendBy(client)), $metadata: undefined };
    return command.operation === 'BatchGet' ? unordered(members) : members;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (!(error instanceof TransactionCanceledException)) return error.name;
    return { name: error.name, reasons: error.CancellationReasons?.map(({ Code }) => Code) };
  }
}

/** A batch comes in no order. */
function unordered(members: object): object {
  const { Responses = {} } = members as { Responses?: Record<string, { sk: string }[]> };
  return {
    ...members,
    Responses: Object.fromEntries(
      Object.entries(Responses).map(([name, items]) => [name, items.toSorted((a, b) => a.sk.localeCompare(b.sk))]),
    ),
  };
}

describe('the tables in memory', () => {
  it('answer generated commands as the tables of the local cloud do', async () => {
    const engine = aws.dynamodb();
    const { tableName } = stack();
    const run = randomUUID();
    let sequences = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat().chain(() => {
          const pk = `MEMORY#${run}#${sequences++}`;
          return fc.array(generatedCommands(tableName, pk), { minLength: 5, maxLength: 15 });
        }),
        async (commands) => {
          const client = new MemoryTables([{ ...MAIN_TABLE, name: tableName }]).client();
          for (const command of commands) {
            const [expected, given] = await Promise.all([answer(engine, command), answer(client, command)]);
            const { operation, input } = command;
            expect({ operation, input, answer: given }).toEqual({ operation, input, answer: expected });
          }
        },
      ),
      { numRuns: 80, seed: 12, endOnFailure: true },
    );
  });
});
