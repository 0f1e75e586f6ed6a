import { setTimeout as sleep } from 'node:timers/promises';
import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { aws, DATA_STACK, reconcile } from '../support/aws.ts';
import { type Company, loadCompany, nth } from '../support/company.ts';
import { eventually } from '../support/eventually.ts';
import { expectProblem } from '../support/http.ts';
import { computeCode, openSystem } from '../support/otp.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone } from '../support/phone.ts';
import { seedTable } from '../support/seeds.ts';

/** Runbook, "The table of seeds is lost". */

let company: Company;
let administrator: Administrator;
let holder: Phone;
let TableName: string;

beforeAll(async () => {
  company = await loadCompany('lost-seeds', { administrators: 1, secondaries: 1 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  holder = await openPhone(nth(company.secondaries, 0), administrator.web);
  TableName = await seedTable();
  await aws.dynamodb().send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client: aws.dynamodb(), maxWaitTime: 30 }, { TableName });
}, 60_000);

/** Reads from the template the one table that has a policy of its own. */
async function deployedTable(): Promise<Omit<CreateTableCommandInput, 'TableName'>> {
  const { TemplateBody = '' } = await aws
    .cloudFormation()
    .send(new GetTemplateCommand({ StackName: DATA_STACK, TemplateStage: 'Original' }));
  const { Resources } = z
    .object({
      Resources: z.record(
        z.string(),
        z.object({ Type: z.string(), Properties: z.optional(z.record(z.string(), z.any())) }),
      ),
    })
    .parse(JSON.parse(TemplateBody));
  const found = Object.values(Resources).find(
    ({ Type, Properties }) => Type === 'AWS::DynamoDB::Table' && Properties?.ResourcePolicy,
  );
  const { KeySchema, AttributeDefinitions, BillingMode, ResourcePolicy } = found?.Properties ?? {};
  const policy = JSON.stringify(ResourcePolicy.PolicyDocument);
  return { KeySchema, AttributeDefinitions, BillingMode, ResourcePolicy: policy, SSESpecification: { Enabled: true } };
}

async function makeAnew(): Promise<void> {
  const client = aws.dynamodb();
  await client.send(new CreateTableCommand({ TableName, ...(await deployedTable()) }));
  await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName });
}

it('without the table of seeds, codes are answered with a fault, a block works and a release waits; later all enrol again', async () => {
  const { web, phone } = administrator;
  const { verify } = await openSystem();
  let changeId: string;
  try {
    expectProblem(await verify(holder.userId, await computeCode(holder)), 500, 'INTERNAL');
    const change = await web.hold(holder.tokenId);
    changeId = change.changeId;
    expect((await phone.answer(changeId, approval(change))).status).toBe(200);
    // As long as the reconciler leaves a change to its workflow.
    await sleep(2_500);
    expect((await web.change(changeId)).status).toBe('AUTHORIZED');
    await web.block(phone.tokenId);
  } finally {
    await makeAnew();
  }

  await eventually(
    async () => {
      await reconcile();
      return web.change(changeId);
    },
    ({ status }) => status === 'APPLIED',
  );
  expect((await web.events(holder.tokenId)).at(-1)).toMatchObject({
    type: 'CHANGE_APPLIED',
    details: { to: 'RELEASED', seedDestroyed: false },
  });
  const again = await openPhone({ ...holder.person, activationCode: undefined }, web);
  expect((await verify(again.userId, await computeCode(again))).body).toEqual({ valid: true });
});
