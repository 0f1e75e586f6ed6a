import { eventFilter } from '../../../scripts/redrive/event-filter.ts';

const PATTERN = JSON.stringify({
  eventName: ['INSERT'],
  dynamodb: { NewImage: { type: { S: ['CHANGE_REQUESTED', 'CHANGE_APPLIED'] } } },
});

const record = (eventName: string, type: string) => ({ eventName, dynamodb: { NewImage: { type: { S: type } } } });

it.each([
  { what: record('INSERT', 'CHANGE_APPLIED'), passes: true },
  { what: record('INSERT', 'CHANGE_REQUESTED'), passes: true },
  { what: record('INSERT', 'CHANGE_EXPIRED'), passes: false },
  { what: record('MODIFY', 'CHANGE_APPLIED'), passes: false },
  { what: { eventName: 'INSERT', dynamodb: {} }, passes: false },
  { what: null, passes: false },
])('is passed as the mapping passes it: $what.eventName, $passes', ({ what, passes }) => {
  expect(eventFilter([PATTERN])(what)).toBe(passes);
});

it('is passed by whatever fits one of several patterns', () => {
  const takes = eventFilter([PATTERN, JSON.stringify({ eventName: ['REMOVE'] })]);
  expect(takes({ eventName: 'REMOVE' })).toBe(true);
  expect(takes({ eventName: 'MODIFY' })).toBe(false);
});

it('is passed by everything where the mapping has none', () => {
  expect(eventFilter([])(record('REMOVE', 'ANY'))).toBe(true);
});

it.each([
  ['a prefix', { eventName: [{ prefix: 'INS' }] }],
  ['a bare value', { eventName: 'INSERT' }],
  ['null', { eventName: [null] }],
])('is refused, not passed over, with %s', (_, pattern) => {
  expect(() => eventFilter([JSON.stringify(pattern)])).toThrow('does not know');
});
