import { parseWith } from '../../../shared/http/parse.ts';
import { companyEventQuerySchema } from '../../../shared/http/schemas.ts';

const from = (text: string) => parseWith(companyEventQuerySchema, { from: text }).from;

it.each([
  ['2026-01-05T15:00:00Z', '2026-01-05T15:00:00.000Z'],
  ['2026-01-05T10:00:00-05:00', '2026-01-05T15:00:00.000Z'],
  ['2026-01-05T15:00:00.5Z', '2026-01-05T15:00:00.500Z'],
  ['2026-01-05T15:00:00.123000Z', '2026-01-05T15:00:00.123Z'],
  // Events have whole milliseconds: the first that is not before it is at the next.
  ['2026-01-05T15:00:00.1230001Z', '2026-01-05T15:00:00.124Z'],
  ['2026-01-05T23:59:59.9995Z', '2026-01-06T00:00:00.000Z'],
])('%s is the moment %s', (text, moment) => {
  expect(from(text)).toBe(moment);
});

it.each(['', '2026-01-05', '2026-02-30T00:00:00Z', '2026-01-05T15:00:00', '2026-01-05 15:00:00Z', '1767625200', 'now'])(
  'what is no time of RFC 3339 is refused: "%s"',
  (text) => {
    expect(() => from(text)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }));
  },
);
