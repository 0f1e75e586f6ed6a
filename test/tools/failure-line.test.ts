import * as z from 'zod';
import { failureLine } from '../../tools/command-line.ts';

it.each([
  { what: 'an error of several lines by its first', error: new Error('broken\n  at somewhere'), line: 'broken' },
  {
    what: 'data that are not as expected by what is wrong where',
    error: z.object({ ApiUrl: z.string() }).safeParse({}).error,
    line: '✖ Invalid input: expected string, received undefined → at ApiUrl',
  },
  { what: 'anything else thrown as it reads', error: 42, line: '42' },
])('tells $what', ({ error, line }) => {
  expect(failureLine(error)).toBe(line);
});
