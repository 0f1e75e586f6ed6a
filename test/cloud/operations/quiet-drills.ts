import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeStateMachineCommand, SendTaskSuccessCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { SetPlatformApplicationAttributesCommand } from '@aws-sdk/client-sns';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { INDEXES } from '../../../infra/constructs/token-tables.ts';
import { aws, clientConfiguration, resources, SERVICE_STACK } from '../support/aws.ts';
import { loadCompanies, nth } from '../support/company.ts';
import { eventually } from '../support/eventually.ts';
import { openSystem } from '../support/otp.ts';
import { openAdministrator } from '../support/phone.ts';
import { alterRecord } from '../support/record.ts';
import { loseSeed, seedTable } from '../support/seeds.ts';
import type { Change } from '../support/shapes.ts';
import { stack } from '../support/stack.ts';
import { emptyFailures, putFailure, streamConsumer } from '../support/stream-failures.ts';
import { type AlarmDrill, invoke, type Lane, times } from './alarm-drill.ts';
import { type Cast, holdUnblock } from './cast.ts';

/** The drills that need no fault of the relay, which would be everybody's; each lane has an administrator of its own. */
export function quietLanes(cast: Cast): Lane[] {
  return [
    [recordAltered(cast)],
    failureQueues(),
    [executionsFailed(cast), executionsTimedOut(cast)],
    [oldestOpenHold(cast)],
    [pushApplicationDisabled(cast)],
    [proofsRefused(cast), othersAsked(cast), requestsRefused(cast)],
    [seedsMissing(cast)],
    [manyBlocks(cast)],
    [lastApproverBlocked],
    [pushesUndelivered('GCM'), pushesUndelivered('APNS')],
    partsThrottled(),
  ];
}

function recordAltered(cast: Cast): AlarmDrill {
  return {
    fires: ['RecordAltered'],
    cause: async () => {
      const tokenId = await cast.idleToken();
      await nth(cast.administrators, 0).web.block(tokenId);
      await alterRecord(cast.company.companyId, tokenId);
    },
  };
}

/** One queue after the other, so that it shows that each has its own alarm. */
function failureQueues(): Lane {
  return [
    { fires: ['EventsNotArchived'], queue: streamConsumer('Archive') },
    { fires: ['HoldersNotTold'], queue: streamConsumer('Notices') },
    { fires: ['EventsNotPublished'], queue: streamConsumer('Events') },
  ].map(({ fires, queue }) => ({
    fires,
    cause: async () => putFailure(await queue, '{}'),
    end: async () => emptyFailures(await queue),
  }));
}

/** A task is answered although nobody has decided: what is to be applied is not authorized, and the execution fails. */
function executionsFailed(cast: Cast): AlarmDrill {
  const administrator = nth(cast.administrators, 1);
  const held: Change[] = [];
  return {
    fires: ['ExecutionsFailed'],
    cause: async () => {
      const change = await holdUnblock(administrator, await cast.idleToken());
      held.push(change);
      const taskToken = await eventually(() => readTaskToken(change), Boolean);
      await aws.states().send(new SendTaskSuccessCommand({ taskToken, output: '{"outcome":"UNKNOWN"}' }));
    },
    end: () => Promise.all(held.map(({ changeId }) => administrator.web.cancel(changeId))),
  };
}

async function readTaskToken({ changeId }: Change): Promise<string | undefined> {
  const Key = { pk: `CHANGE#${changeId}`, sk: 'HOLD' };
  const { Item } = await aws.dynamodb().send(new GetCommand({ TableName: stack().tableName, Key }));
  return Item?.taskToken;
}

/** Executions may take three seconds, which no hold keeps to. */
function executionsTimedOut(cast: Cast): AlarmDrill {
  const { stateMachineArn } = stack();
  const administrator = nth(cast.administrators, 1);
  const held: Change[] = [];
  let before: string | undefined;
  return {
    fires: ['ExecutionsTimedOut'],
    cause: async () => {
      before ??= (await aws.states().send(new DescribeStateMachineCommand({ stateMachineArn }))).definition;
      const definition = JSON.stringify({ ...JSON.parse(before ?? ''), TimeoutSeconds: 3 });
      await aws.states().send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
      held.push(await holdUnblock(administrator, await cast.idleToken()));
    },
    end: async () => {
      await aws.states().send(new UpdateStateMachineCommand({ stateMachineArn, definition: before }));
      await Promise.all(held.map(({ changeId }) => administrator.web.cancel(changeId)));
    },
  };
}

/** A change that says it has been open for an hour; another once its time is over. */
function oldestOpenHold(cast: Cast): AlarmDrill {
  const administrator = nth(cast.administrators, 2);
  let held: Change | undefined;
  return {
    fires: ['OldestOpenHold'],
    cause: async () => {
      if (!held || Date.parse(held.authorization?.expiresAt ?? '') <= Date.now()) {
        held = await aged(await holdUnblock(administrator, await cast.idleToken()), cast);
      }
      await invoke('reconcile-changes', {});
    },
    end: async () => {
      if (held) await administrator.web.cancel(held.changeId);
      await invoke('reconcile-changes', {});
    },
  };
}

/** Its time stays as it is: the workflow would fail to expire a change that had more. */
async function aged(change: Change, { company }: Cast): Promise<Change> {
  await aws.dynamodb().send(
    new UpdateCommand({
      TableName: stack().tableName,
      Key: { pk: `COMPANY#${company.companyId}`, sk: `CHANGE#${change.changeId}` },
      UpdateExpression: 'SET createdAt = :then',
      ExpressionAttributeValues: { ':then': new Date(Date.now() - 3_600_000).toISOString() },
    }),
  );
  return change;
}

function pushApplicationDisabled(cast: Cast): AlarmDrill {
  const administrator = nth(cast.administrators, 3);
  const enable = async (Enabled: 'true' | 'false') => {
    const applications = await resources(SERVICE_STACK, 'Custom::PushApplication');
    const PlatformApplicationArn = applications.find(({ physicalId }) => physicalId.includes('/GCM/'))?.physicalId;
    const change = { PlatformApplicationArn, Attributes: { Enabled } };
    await aws.sns().send(new SetPlatformApplicationAttributesCommand(change));
  };
  return {
    fires: ['PushApplicationDisabled'],
    cause: async () => {
      await enable('false');
      await holdUnblock(administrator, await cast.idleToken());
    },
    end: () => enable('true'),
  };
}

/** Proofs that no phone signed, more of them than a phone's fault could explain. */
function proofsRefused({ administrators }: Cast): AlarmDrill {
  const { phone } = nth(administrators, 0);
  const body = { pushToken: 'another', proof: 'no.signature.here' };
  return {
    fires: ['ProofsRefused'],
    cause: () => times(12, () => phone.send('PUT', `/app/devices/${phone.deviceId}/push-token`, { body })),
  };
}

/** Tokens of another company, asked for one after the other. */
function othersAsked({ pair, administrators }: Cast): AlarmDrill {
  const { web } = nth(pair, 0);
  return {
    fires: ['OthersAsked'],
    cause: () => times(22, () => web.send('GET', `/tokens/${nth(administrators, 0).phone.tokenId}`)),
  };
}

/** The seeds of phones are gone, of one after the other: each phone's user soon rests. */
function seedsMissing({ administrators }: Cast): AlarmDrill {
  const phones = administrators.map(({ phone }) => phone);
  return {
    fires: ['SeedsMissing'],
    cause: async () => {
      const phone = phones.shift();
      if (!phone) throw new Error('More phones are needed');
      await loseSeed(phone.tokenId);
      const { verify } = await openSystem();
      for (let tries = 0; tries < 4; tries += 1) await verify(phone.userId, '123456');
    },
  };
}

/** One person blocks five tokens in a row. */
function manyBlocks(cast: Cast): AlarmDrill {
  const { web } = nth(cast.administrators, 3);
  return {
    fires: ['ManyBlocks'],
    cause: async () => {
      for (let blocks = 0; blocks < 5; blocks += 1) await web.block(await cast.idleToken());
    },
  };
}

/** The only administrator blocks their own token: another company each time. */
const lastApproverBlocked: AlarmDrill = {
  fires: ['LastApproverBlocked'],
  cause: async () => {
    const [alone] = await loadCompanies('alone', [{ administrators: 1 }]);
    const { web, phone } = await openAdministrator(nth(alone?.administrators ?? [], 0));
    await web.block(phone.tokenId);
  },
};

/** On AWS a filter of SNS's own log gives these data; the engine delivers no push, and writes no such log. */
function pushesUndelivered(platform: 'GCM' | 'APNS'): AlarmDrill {
  const MetricData = [{ MetricName: `${platform}DeliveriesFailed`, Value: 5 }];
  return {
    fires: [`${platform}PushesUndelivered`],
    cause: () =>
      new CloudWatchClient(clientConfiguration()).send(
        new PutMetricDataCommand({ Namespace: 'Llavero/Push', MetricData }),
      ),
  };
}

/**
 * No call names the index that refused a write, and seeds are read and written together with other tables. So no part
 * can be made to refuse alone: these metrics are published one after the other, as DynamoDB does.
 */
function partsThrottled(): Lane {
  const cloudWatch = new CloudWatchClient(clientConfiguration());
  const refuse = (direction: string, dimensions: Record<string, string>) =>
    cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/DynamoDB',
        MetricData: [
          {
            MetricName: `${direction}ThrottleEvents`,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            Value: 10,
          },
        ],
      }),
    );
  const tableNames = { Main: stack().tableName, Record: stack().recordTableName };
  return [
    ...INDEXES.map(({ table, index }) => ({
      fires: [`${table}${index[0]?.toUpperCase()}${index.slice(1)}WriteThrottled`],
      cause: () => refuse('Write', { TableName: tableNames[table], GlobalSecondaryIndexName: index }),
    })),
    ...['Read', 'Write'].map((direction) => ({
      fires: [`Seeds${direction}Throttled`],
      cause: async () => refuse(direction, { TableName: await seedTable() }),
    })),
  ];
}

/** Activation codes for one token, of which there are five an hour, again and again. */
function requestsRefused(cast: Cast): AlarmDrill {
  const { web } = nth(cast.administrators, 0);
  let tokenId: string | undefined;
  return {
    fires: ['RequestsRefused'],
    cause: async () => {
      tokenId ??= await cast.idleToken();
      const path = `/tokens/${tokenId}/activation-codes`;
      await times(30, () => web.send('POST', path));
    },
  };
}
