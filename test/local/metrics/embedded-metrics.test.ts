import { CloudWatchLogsClient, type FilteredLogEvent, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { logReader } from '../../../local/metrics/embedded-metrics.ts';

const logs = mockClient(CloudWatchLogsClient);
const start = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);

let stored: FilteredLogEvent[];

beforeEach(() => {
  stored = [];
  logs.reset();
  logs.on(FilterLogEventsCommand).callsFake(({ startTime, nextToken }) => {
    const events = stored.filter(({ timestamp = 0 }) => timestamp >= startTime);
    // Two to a page.
    const from = Number(nextToken ?? 0);
    return { events: events.slice(from, from + 2), nextToken: from + 2 < events.length ? String(from + 2) : undefined };
  });
});

const event = (message: string, seconds: number, logStreamName = 'a'): FilteredLogEvent => ({
  message,
  logStreamName,
  timestamp: after(seconds).getTime(),
});
const reader = () => logReader(new CloudWatchLogsClient({ region: 'us-east-1' }), 'group', start);

it('gives each line once, however many pages they come in', async () => {
  const lines = reader();
  stored = [1, 2, 3, 4, 5].map((each) => event(`line ${each}`, each));
  expect(await lines(after(6))).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
  expect(await lines(after(8))).toEqual([]);
  stored.push(event('line 6', 7));
  expect(await lines(after(10))).toEqual(['line 6']);
});

it('gives a line that is stored late, after a later one was read', async () => {
  const lines = reader();
  stored = [event('later', 5)];
  expect(await lines(after(6))).toEqual(['later']);
  stored.push(event('earlier', 4, 'b'));
  expect(await lines(after(8))).toEqual(['earlier']);
});

it('gives the same line as often as it was written: at one time, in one stream, and in another', async () => {
  const lines = reader();
  stored = [event('same', 1), event('same', 1)];
  expect(await lines(after(2))).toEqual(['same', 'same']);
  stored.push(event('same', 1), event('same', 1, 'b'));
  expect(await lines(after(4))).toEqual(['same', 'same']);
  expect(await lines(after(6))).toEqual([]);
});

it('goes by the id of an event where it has one', async () => {
  const lines = reader();
  stored = [{ ...event('same', 1), eventId: '1' }];
  expect(await lines(after(2))).toEqual(['same']);
  stored.push({ ...event('same', 1), eventId: '2' });
  expect(await lines(after(4))).toEqual(['same']);
});

it('reads nothing from before it began, and no further back than an event may come late', async () => {
  const lines = reader();
  stored = [event('before', -1)];
  expect(await lines(after(1))).toEqual([]);
  await lines(after(60));
  await lines(after(62));
  const starts = logs.commandCalls(FilterLogEventsCommand).map(({ args }) => args[0].input.startTime);
  expect(starts).toEqual([start.getTime(), start.getTime(), after(50).getTime()]);
});
