import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020';
import * as z from 'zod';
import { type Company, loadCompany, nth } from './support/company.ts';
import { EventQueue, type ReceivedEvent } from './support/event-queue.ts';
import { eventually } from './support/eventually.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { withFaults } from './support/relay.ts';
import { runScript } from './support/run.ts';
import { countFailures, givingUpSoon, streamConsumer, withoutGrant } from './support/stream-failures.ts';
import { UNBLOCK } from './support/web.ts';

/** Another system of the bank's: a queue that a rule on the bus fills. */

const target = ['--port', String(cloudPort())];
const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(
  JSON.parse(readFileSync('docs/events/llavero-event-1.schema.json', 'utf8')),
);

const personSchema = z.object({ fullName: z.string(), userId: z.string() });

let company: Company;
let administrator: Administrator;
let holder: Phone;
let queue: EventQueue;

beforeAll(async () => {
  company = await loadCompany('events', { administrators: 1, secondaries: 1 });
  queue = await EventQueue.open(company.companyId);
  administrator = await openAdministrator(nth(company.administrators, 0));
  holder = await openPhone(nth(company.secondaries, 0), administrator.web);
}, 60_000);

/** Where an event stands in its token's record; two with the same are the same event. */
const place = ({ seq, hash }: { seq: number; hash: string }) => `${seq} ${hash}`;

const recorded = async () => (await administrator.web.events(holder.tokenId)).map(place);

/** Waits until the last event of the holder's record has come so often; gives the holder's events as they came. */
async function receiveUntil(times: number): Promise<ReceivedEvent[]> {
  const last = (await recorded()).at(-1);
  const ofHolder = () => queue.received.filter(({ detail }) => detail.tokenId === holder.tokenId);
  await eventually(
    () => queue.receive(),
    () => ofHolder().filter(({ detail }) => place(detail) === last).length >= times,
  );
  return ofHolder();
}

it('another system learns of every event by a rule of its own, in the order of seq, and of nobody’s name', async () => {
  const { web, phone } = administrator;
  const change = await web.hold(holder.tokenId, { action: 'RELEASE', reason: 'OTHER', note: 'Nota privada' });
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');

  const received = await receiveUntil(1);
  // What was recorded before there was a rule went to nobody.
  expect(received.map(({ detail }) => place(detail))).toEqual((await recorded()).slice(-received.length));
  expect(received.length).toBeGreaterThanOrEqual(4);
  expect(received.filter(({ detail }) => !validate(detail))).toEqual([]);
  expect(received.at(-1)).toMatchObject({
    source: 'llavero',
    'detail-type': 'CHANGE_APPLIED',
    detail: {
      change: { changeId: change.changeId, action: 'RELEASE', reason: 'OTHER' },
      from: 'ACTIVE',
      to: 'RELEASED',
    },
  });
  const { fullName, userId } = await web.get('/me', z.object({ user: personSchema })).then(({ user }) => user);
  expect(JSON.stringify(received)).not.toMatch(
    new RegExp(`Nota privada|@|note|${fullName}|${userId}|${holder.deviceId}`),
  );
});

it('an event that the bus refuses comes all the same, and none of its token before it', async () => {
  await withFaults([{ service: 'events', operation: 'PutEvents', kind: 'error', times: 8 }], async () => {
    await administrator.web.block(holder.tokenId);
    const received = await receiveUntil(1);
    const seqs = received.map(({ detail }) => detail.seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  });
});

it('an event that could not be put on the bus is put there by a redrive', async () => {
  const consumer = await streamConsumer('Events');
  await withoutGrant('publish-events', ['events:PutEvents'], () =>
    givingUpSoon([consumer], async () => {
      await administrator.web.hold(holder.tokenId, UNBLOCK);
      await eventually(
        () => countFailures(consumer),
        (count) => count > 0,
      );
    }),
  );
  const before = (await queue.receive()).length;
  expect((await runScript('redrive', ['--queue', 'events', ...target])).exitCode).toBe(0);
  expect((await receiveUntil(1)).at(-1)).toMatchObject({ 'detail-type': 'CHANGE_REQUESTED' });
  expect(queue.received.length).toBeGreaterThan(before);
});

it('a replay puts the events of a time on the bus again, with the seq and hash that they had', async () => {
  const before = queue.received.length;
  const times = ['--from', '2020-01-01T00:00:00Z', '--to', new Date(Date.now() + 60_000).toISOString()];
  const replay = (...more: string[]) =>
    runScript('replay-events', ['--company', company.companyId, ...times, ...more, ...target]);
  expect(await replay('--dry-run')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('would be put') });
  expect(await queue.receive()).toHaveLength(before);

  expect(await replay()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(' put on the bus') });
  const received = await receiveUntil(2);
  const again = received.slice(-(await recorded()).length);
  expect(again.map(({ detail }) => place(detail))).toEqual(await recorded());
  expect([...new Set(received.map(({ detail }) => place(detail)))].toSorted()).toEqual((await recorded()).toSorted());
});
