import { announce } from '../../console/src/console/announcement.ts';

const EXPIRES = '2026-01-05T15:10:00.000Z';
const at = (time: string) => Date.parse(`2026-01-05T${time}.000Z`);

it.each([
  ['a hold with more than a minute left', 'PENDING_AUTHORIZATION', '15:08:59', false],
  ['a hold with a minute left', 'PENDING_AUTHORIZATION', '15:09:00', true],
  ['a hold whose time is over', 'PENDING_AUTHORIZATION', '15:10:00', false],
  ['an applied change', 'APPLIED', '15:09:30', false],
] as const)('of %s the last minute is said or not', (_, status, time, lastMinute) => {
  expect(announce(status, EXPIRES, at(time))).toEqual({ status, lastMinute });
});

it('of a block, which is never held, only its status is said', () => {
  expect(announce('APPLIED', undefined, at('15:00:00'))).toEqual({ status: 'APPLIED', lastMinute: false });
});
