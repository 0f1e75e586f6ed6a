import { describeHours, describeOpening } from '../../console/src/common/support-opening.ts';

const plain = (text: string) => text.replaceAll(/\s/g, ' ');

it.each([
  ['2026-01-05T12:00:00Z', '2026-01-05T13:00:00Z', 'es', 'Fuera de horario. Atendemos hoy desde las 8:00 a. m.'],
  ['2026-01-05T17:30:00Z', '2026-01-05T18:00:00Z', 'es', 'Fuera de horario. Atendemos hoy desde la 1:00 p. m.'],
  ['2026-01-16T23:00:00Z', '2026-01-19T13:00:00Z', 'es', 'Fuera de horario. Atendemos el lunes desde las 8:00 a. m.'],
  ['2026-01-16T23:00:00Z', '2026-01-19T13:00:00Z', 'en', 'Closed now. We answer on Monday from 8:00 am.'],
  ['2026-01-05T12:00:00Z', '2026-01-05T13:00:00Z', 'en', 'Closed now. We answer today from 8:00 am.'],
  ['2026-01-01T12:00:00Z', '2026-01-13T13:00:00Z', 'en', 'Closed now. We answer on 13 Jan 2026 from 8:00 am.'],
])('at %s an opening at %s reads in %s: %s', (now, opensAt, language, text) => {
  expect(plain(describeOpening(opensAt, new Date(now), language))).toBe(text);
});

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'] as const;

it.each([
  ['es', 'lunes a viernes: de 08:00 a 12:00 y de 13:00 a 18:00 (hora de Colombia)'],
  ['en', 'Monday to Friday: 08:00 to 12:00 and 13:00 to 18:00 (Colombian time)'],
])('the hours read in %s: %s', (language, text) => {
  const schedule = [
    { days: [...DAYS], from: '08:00', to: '12:00' },
    { days: [...DAYS], from: '13:00', to: '18:00' },
  ];
  expect(describeHours(schedule, language)).toEqual([text]);
  expect(describeHours([{ days: ['SATURDAY'], from: '09:00', to: '12:00' }], 'es')).toEqual([
    'sábado: de 09:00 a 12:00 (hora de Colombia)',
  ]);
});
