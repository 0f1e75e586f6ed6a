import fc from 'fast-check';
import * as z from 'zod/mini';
import { withoutUnshowable } from '../../../shared/domain/invisible.ts';
import { takeFrom } from '../../../shared/domain/sliding-window.ts';
import { parseStrictJson } from '../../../shared/domain/strict-json.ts';
import { supportAt } from '../../../shared/domain/support.ts';
import { textSchema } from '../../../shared/domain/text.ts';
import { ProblemError } from '../../../shared/errors.ts';

function catchRefusal(attempt: () => unknown): unknown {
  try {
    attempt();
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { code: error.code, paths: error.extensions.errors?.map(({ path }) => path) ?? [] };
  }
}

describe('a note', () => {
  const note = textSchema(500);

  it.each(['Cambió de celular', 'ñandú 😀', 'a'.repeat(500), '😀'.repeat(500)])('may be %j', (text) => {
    expect(z.parse(note, text)).toBe(text);
  });

  it('is kept in NFC, and measured so', () => {
    expect(z.parse(note, 'Camio\u0301'.normalize('NFD'))).toBe('Camió');
    expect(z.parse(note, 'o\u0301'.repeat(500))).toBe('ó'.repeat(500));
  });

  it.each([
    ['a control character', 'a\u0007'],
    ['a line break', 'a\nb'],
    ['a C1 control', 'a\u0085'],
    ['a line separator', 'a\u2028b'],
    ['a right-to-left override', 'a\u202Eb'],
    ['an isolate', 'a\u2066b'],
    ['a right-to-left mark', 'a\u200Fb'],
    ['a tag character', 'a\u{E0041}b'],
    ['a lone surrogate', 'a\uD800'],
    ['nothing', ''],
    ['only spaces', '   '],
    ['501 characters', 'a'.repeat(501)],
  ])('may not have %s', (_what, text) => {
    expect(z.safeParse(note, text).success).toBe(false);
  });

  it.each([
    ['ab\u202Ec', 'U+202E', 3],
    ['😀😀\u0007\u200F', 'U+0007', 3],
    ['\uFEFFa', 'U+FEFF', 1],
    ['a\u{E0041}', 'U+E0041', 2],
  ])('that has a character which cannot be seen says which and where: %j', (text, codePoint, position) => {
    expect(z.safeParse(note, text).error?.issues.map(({ message }) => message)).toEqual([
      `Contiene un carácter que no se ve: ${codePoint}, en la posición ${position} · It has a character that cannot be seen: ${codePoint}, at position ${position}`,
    ]);
    expect(z.parse(note, withoutUnshowable(`${text}z`))).toMatch(/z$/);
  });

  it.each(
    [
      ['200B', '3164', '2800', 'FE0F', '00AD', '180E', '2060', '2061', '2062', '2063', '2064', '115F', '1160'],
      ['17B4', '17B5', 'FFA0', '034F', '200C', '200D', 'E0100', '00A0', '3000', '2003', 'FFFA', '1D159'],
    ].flat(),
  )('of U+%s alone is empty, and beside a letter is not', (hexadecimal) => {
    const character = String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    expect(z.safeParse(note, ` ${character}${character} `).error?.issues.map(({ message }) => message)).toEqual([
      'No puede estar vacío · It cannot be blank',
    ]);
    expect(z.parse(note, `a${character}`)).toBe(`a${character}`);
  });
});

describe('strict JSON', () => {
  it('reads whatever JSON.parse reads of values without repeated members', () => {
    const value = fc
      .jsonValue({ noUnicodeString: false })
      .filter((json) => !JSON.stringify(json).includes('__proto__'));
    // Compared with the text's own value: JSON has no negative zero.
    fc.assert(
      fc.property(
        value.map((json) => JSON.stringify(json)),
        (text) => expect(parseStrictJson(text)).toEqual(JSON.parse(text)),
      ),
    );
  });

  it.each([
    ['a repeated member', '{"a":1,"a":1}', { code: 'DUPLICATE_MEMBER', paths: ['a'] }],
    ['one repeated by an escape', '{"a":1,"\\u0061":1}', { code: 'DUPLICATE_MEMBER', paths: ['a'] }],
    ['one repeated deep inside', '{"a":[{"b":1,"b":2}]}', { code: 'DUPLICATE_MEMBER', paths: ['a.0.b'] }],
    ['__proto__', '{"__proto__":{"a":1}}', { code: 'VALIDATION_FAILED', paths: ['__proto__'] }],
    ['a lone surrogate', '{"a":"\\uD800"}', { code: 'VALIDATION_FAILED', paths: ['a'] }],
    ['a comment', '{"a":1/* */}', { code: 'MALFORMED_JSON', paths: [] }],
    ['a trailing comma', '{"a":1,}', { code: 'MALFORMED_JSON', paths: [] }],
    ['nothing', '', { code: 'MALFORMED_JSON', paths: [] }],
    ['a byte order mark', '\uFEFF{}', { code: 'MALFORMED_JSON', paths: [] }],
  ])('refuses %s', (_what, text, expected) => {
    expect(catchRefusal(() => parseStrictJson(text))).toEqual(expected);
  });

  it('accepts the same member in different objects', () => {
    expect(parseStrictJson('{"a":{"b":1},"c":{"b":1}}')).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });

  it('answers nesting of any depth without failing inside', () => {
    const deep = '['.repeat(8000) + ']'.repeat(8000);
    expect(['accepted', { code: 'MALFORMED_JSON', paths: [] }]).toContainEqual(
      catchRefusal(() => parseStrictJson(deep)),
    );
  });
});

describe('a sliding window', () => {
  const limit = { limit: 3, seconds: 600 };

  it('never lets more than its limit into any stretch of its length', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 60 }), (gaps) => {
        let now = 0;
        let times: number[] = [];
        const accepted: number[] = [];
        for (const gap of gaps) {
          now += gap;
          const taken = takeFrom(times, limit, now);
          if (!taken.taken) continue;
          times = taken.times;
          accepted.push(now);
        }
        for (const end of accepted) {
          expect(accepted.filter((time) => time > end - 600_000 && time <= end).length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });

  it('judges the same whatever the order in which it is given the times', () => {
    expect(takeFrom([3000, 1000, 2000], limit, 4000)).toEqual({ taken: false, retryAfter: 597 });
    expect(takeFrom([2000, 1000], limit, 4000)).toEqual({ taken: true, times: [1000, 2000, 4000] });
  });

  it('says how long to wait, after which there is room and before which there is not', () => {
    expect(takeFrom([1000, 2000, 3000], limit, 4000)).toEqual({ taken: false, retryAfter: 597 });
    expect(takeFrom([1000, 2000, 3000], limit, 600_999)).toEqual({ taken: false, retryAfter: 1 });
    expect(takeFrom([1000, 2000, 3000], limit, 601_000)).toEqual({ taken: true, times: [2000, 3000, 601_000] });
  });
});

describe('the support lines', () => {
  it.each([
    ['2026-01-05T13:00:00Z', true, 'Monday 8:00 in Bogota'],
    ['2026-01-05T12:59:59Z', false, 'Monday 7:59'],
    ['2026-01-05T16:59:59Z', true, 'Monday 11:59'],
    ['2026-01-05T17:00:00Z', false, 'Monday 12:00, lunch'],
    ['2026-01-05T18:00:00Z', true, 'Monday 13:00'],
    ['2026-01-09T22:59:59Z', true, 'Friday 17:59'],
    ['2026-01-09T23:00:00Z', false, 'Friday 18:00'],
    ['2026-01-10T15:00:00Z', false, 'Saturday 10:00'],
    ['2026-01-12T04:30:00Z', false, 'Sunday night in Bogota, Monday in UTC'],
    ['2026-01-12T15:00:00Z', false, 'Epiphany, moved to Monday'],
    ['2026-01-06T15:00:00Z', true, 'the day it was moved from'],
    ['2026-05-01T15:00:00Z', false, 'Labour Day, never moved'],
    ['2026-04-03T15:00:00Z', false, 'Good Friday'],
    ['2026-04-06T15:00:00Z', true, 'Easter Monday, no holiday in Colombia'],
    ['2030-06-24T15:00:00Z', false, 'Corpus Christi of another year'],
  ])('at %s open is %s (%s)', (at, open) => {
    expect(supportAt(new Date(at)).open).toBe(open);
  });

  it.each<[string, string | null, string]>([
    ['2026-01-05T12:00:00Z', '2026-01-05T13:00:00.000Z', 'before they open'],
    ['2026-01-05T17:00:00Z', '2026-01-05T18:00:00.000Z', 'over lunch'],
    ['2026-01-05T18:00:00Z', null, 'while they are open'],
    ['2026-01-09T23:00:00Z', '2026-01-13T13:00:00.000Z', 'before a weekend and a holiday on Monday'],
    ['2025-12-31T23:00:00Z', '2026-01-02T13:00:00.000Z', 'before New Year’s Day'],
    ['2026-04-01T23:00:00Z', '2026-04-06T13:00:00.000Z', 'before Holy Thursday'],
  ])('at %s open again at %s (%s)', (at, opensAt) => {
    expect(supportAt(new Date(at)).opensAt).toBe(opensAt);
  });

  it('opened one morning of each week of a hundred years', () => {
    const week = fc.integer({ min: 0, max: 5200 });
    fc.assert(
      fc.property(week, (weeks) => {
        const opensAt = supportAt(new Date(Date.UTC(2026, 0, 4, 12) + weeks * 7 * 86_400_000)).opensAt ?? '';
        expect(opensAt.slice(11)).toBe('13:00:00.000Z');
        expect([1, 2]).toContain(new Date(opensAt).getUTCDay());
      }),
    );
  });

  it('are the bank’s two numbers', () => {
    expect(supportAt(new Date(0)).lines.map(({ channel, number }) => [channel, number])).toEqual([
      ['PHONE', '018000 514652'],
      ['WHATSAPP', '318 671 4836'],
    ]);
  });
});
