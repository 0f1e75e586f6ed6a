import { parseFailureMessage } from '../../../scripts/redrive/failure-message.ts';
import { aMessage, STREAM_ARN } from './fixtures.ts';

it('reads where in the stream the records are', () => {
  expect(parseFailureMessage(aMessage())).toEqual({
    streamArn: STREAM_ARN,
    shardId: 'shardId-00000001573689847184-864758bb',
    start: '800000000000000000011',
    end: '800000000000000000013',
    arrivedAt: '2026-01-01T00:13:19Z',
    condition: 'RetryAttemptsExhausted',
  });
});

it.each([
  ['no JSON', 'not JSON'],
  ['no pointer', '{}'],
  ['no object', 'null'],
  ['numbers that are none', aMessage({ startSequenceNumber: '8e20' })],
  ['an end before its start', aMessage({ endSequenceNumber: '800000000000000000010' })],
  ['a shorter number after a longer one, as text would order them', aMessage({ endSequenceNumber: '9' })],
  ['no shard', aMessage({ shardId: '' })],
])('takes for no pointer a message with %s', (_, body) => {
  expect(parseFailureMessage(body)).toBeUndefined();
});
