import { archivedKeys } from '../support/archive.ts';
import { type Company, loadCompany, nth, type Person } from '../support/company.ts';
import { eventually } from '../support/eventually.ts';
import { mailsTo } from '../support/mail.ts';
import { type Administrator, openAdministrator, openPhone, type Phone } from '../support/phone.ts';
import { cloudPort } from '../support/port.ts';
import { type Finished, mustRun, runScript } from '../support/run.ts';
import {
  countFailures,
  emptyFailures,
  givingUpSoon,
  putFailure,
  receiveFailure,
  type StreamConsumer,
  streamConsumer,
  withoutGrant,
} from '../support/stream-failures.ts';

/** Runbook, "Redrive a failure queue". */

let company: Company;
let administrator: Administrator;
let archive: StreamConsumer;
let notices: StreamConsumer;

beforeAll(async () => {
  company = await loadCompany('redrive', { administrators: 1, secondaries: 2 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  [archive, notices] = await Promise.all([streamConsumer('Archive'), streamConsumer('Notices')]);
});

const target = ['--port', String(cloudPort())];
const redrive = (queue: 'archive' | 'notices', ...more: string[]): Promise<Finished> =>
  runScript('redrive', ['--queue', queue, ...more, ...target]);

const archived = ({ tokenId }: Phone) => archivedKeys(company.companyId, tokenId);
const readMails = async ({ username }: Person) =>
  (await mailsTo(`${username}@demo.invalid`)).filter((mail) => JSON.stringify(mail).includes('habilitado'));

const wholeRecord = async () =>
  (await mustRun('verify-record', ['--company', company.companyId, ...target])).stdout.includes('WHOLE');

describe('events that could not be archived', () => {
  let phone: Phone;
  let pointer: string;

  it('are pointed at by the queue, which is left as it is while the fault lasts', async () => {
    await withoutGrant('archive-events', ['s3:PutObject'], () =>
      givingUpSoon([archive], async () => {
        phone = await openPhone(nth(company.secondaries, 0), administrator.web);
        await eventually(
          () => countFailures(archive),
          (count) => count > 0,
        );
        pointer = await receiveFailure(archive);
        expect(await archived(phone)).toEqual([expect.stringContaining('/000000000001.')]);

        const { exitCode, stdout } = await redrive('archive');
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining('the consumer failed') });
      }),
    );
    expect(await countFailures(archive)).toBeGreaterThan(0);
  });

  it('are counted and left by a dry run', async () => {
    const before = await countFailures(archive);
    const { exitCode, stdout } = await redrive('archive', '--dry-run');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('would be delivered') });
    expect(await countFailures(archive)).toBe(before);
    expect(await archived(phone)).toEqual([expect.stringContaining('/000000000001.')]);
  });

  it('are archived by a redrive, each once, however often it is redriven', async () => {
    expect((await redrive('archive')).exitCode).toBe(0);
    const once = await archived(phone);
    expect(once).toHaveLength((await administrator.web.events(phone.tokenId)).length);
    expect(await countFailures(archive)).toBe(0);

    await putFailure(archive, pointer);
    expect((await redrive('archive')).exitCode).toBe(0);
    expect(await archived(phone)).toEqual(once);
    expect(await wholeRecord()).toBe(true);
  });
});

describe('events whose holder could not be told', () => {
  it('are told by a redrive, once, however often it is redriven', async () => {
    const person = nth(company.secondaries, 1);
    const pointer = await withoutGrant('send-notices', ['dynamodb:PutItem', 'dynamodb:BatchGetItem'], () =>
      givingUpSoon([notices], async () => {
        await openPhone(person, administrator.web);
        await eventually(
          () => countFailures(notices),
          (count) => count > 0,
        );
        return receiveFailure(notices);
      }),
    );
    expect(await readMails(person)).toEqual([]);

    const { exitCode, stdout } = await redrive('notices');
    // Of what lies in that stretch of the stream the consumer is given what its mapping lets through.
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('1 record delivered') });
    expect(await readMails(person)).toHaveLength(1);

    await putFailure(notices, pointer);
    expect((await redrive('notices')).exitCode).toBe(0);
    expect(await readMails(person)).toHaveLength(1);
  });
});

describe('a message that cannot be redriven', () => {
  const pointing = (streamArn: string) =>
    JSON.stringify({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: {
        streamArn,
        shardId: 'shardId-00000000000000000000-00000000',
        startSequenceNumber: '1',
        endSequenceNumber: '1',
        approximateArrivalOfFirstRecord: '2026-01-01T00:00:00Z',
        batchSize: 1,
      },
    });

  it('is left in the queue, and said to be: forgotten by the stream, of another stream, or no pointer', async () => {
    await putFailure(archive, pointing(archive.streamArn));
    await putFailure(archive, pointing(archive.streamArn.replace(/table\/[^/]+/, 'table/another')));
    await putFailure(archive, '{"hello":"there"}');
    const { exitCode, stdout, stderr } = await redrive('archive');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('the stream has forgotten them');
    expect(stdout).toContain('a stream that is not this consumer’s');
    expect(stdout).toContain('it points at no records');
    expect(stderr).toContain('Messages left in the queue: 3');
    expect(await countFailures(archive)).toBe(3);
    await emptyFailures(archive);
  });
});
