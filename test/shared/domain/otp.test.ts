import fc from 'fast-check';
import { Secret } from 'otpauth';
import { goodSteps, judgeCode, NO_VERIFICATION_YET, type OtpState, remainingRest } from '../../../shared/domain/otp.ts';
import { codeAt, matchStep } from '../../../shared/security/one-time-code.ts';
import { later, NOW } from '../../fixtures.ts';

const [previous = 0, current = 0, next = 0] = goodSteps(NOW);
const match = (step: number, deviceId = 'phone-1') => ({ deviceId, step });

describe('a one-time code', () => {
  // RFC 6238, appendix B: the ASCII secret of 20 bytes, SHA-1, eight digits.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at %d seconds is the RFC’s %s', (seconds, code) => {
    const secret = Secret.fromLatin1('12345678901234567890');
    const step = Math.floor(seconds / 30);
    expect(codeAt(secret, step, 8)).toBe(code);
    expect(matchStep(secret, code.slice(-6), goodSteps(new Date(seconds * 1000)))).toBe(step);
  });

  it('is found one step early or late, and not two', () => {
    const secret = Secret.fromLatin1('12345678901234567890');
    const found = (step: number) => matchStep(secret, codeAt(secret, step), goodSteps(NOW));
    expect([previous, current, next].map(found)).toEqual([previous, current, next]);
    expect([found(previous - 1), found(next + 1)]).toEqual([undefined, undefined]);
  });

  it('is good once, each of the three on its own', () => {
    let state: OtpState = NO_VERIFICATION_YET;
    const results = [current, previous, current, next, next, previous].map((step) => {
      const { valid, next: after } = judgeCode(state, match(step), NOW);
      state = after;
      return valid;
    });
    expect(results).toEqual([true, true, false, true, false, false]);
  });

  it('of a new seed is good in the step in which one of the old seed was used', () => {
    const { next: after } = judgeCode(NO_VERIFICATION_YET, match(current), NOW);
    expect(judgeCode(after, match(current), NOW).valid).toBe(false);
    expect(judgeCode(after, match(current, 'phone-2'), NOW).valid).toBe(true);
  });
});

describe('failures', () => {
  const fail = (state: OtpState, now: Date) => judgeCode(state, undefined, now).next;
  const afterFailures = (count: number) =>
    Array.from({ length: count }).reduce<OtpState>((state) => fail(state, NOW), NO_VERIFICATION_YET);

  it('four of them let the next be tried, five make the user rest for five minutes', () => {
    expect(remainingRest(afterFailures(4), NOW)).toBeUndefined();
    expect(remainingRest(afterFailures(5), NOW)).toBe(300);
    expect(remainingRest(afterFailures(5), later(299))).toBe(1);
    expect(remainingRest(afterFailures(5), later(300))).toBeUndefined();
  });

  it('from then on each starts another five minutes, until a success', () => {
    const again = fail(afterFailures(5), later(300));
    expect(remainingRest(again, later(301))).toBe(299);
    const { next: after } = judgeCode(again, match(current), later(600));
    expect(after).toMatchObject({ failures: 0, restsUntil: 0 });
    expect(remainingRest(fail(after, later(600)), later(600))).toBeUndefined();
  });

  it('never let more than five guesses through without a rest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 40 }), (gaps) => {
        let state: OtpState = NO_VERIFICATION_YET;
        let seconds = 0;
        const judged: number[] = [];
        for (const gap of gaps) {
          seconds += gap;
          if (remainingRest(state, later(seconds)) !== undefined) continue;
          judged.push(seconds);
          state = fail(state, later(seconds));
        }
        for (let i = 5; i < judged.length; i++)
          expect((judged[i] ?? 0) - (judged[i - 1] ?? 0)).toBeGreaterThanOrEqual(300);
      }),
    );
  });
});
