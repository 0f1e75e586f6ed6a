import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { buildChallenge, type HeldChange } from '../../../shared/domain/change.ts';
import { type Device, publicJwkSchema } from '../../../shared/domain/device.ts';
import { activeDeviceId } from '../../../shared/domain/token.ts';
import { ProblemError } from '../../../shared/errors.ts';
import { bindingCodeMatches, isNotMe, verifyDecision } from '../../../shared/security/verify-decision.ts';
import { aHeldChange, aToken, aUser, later } from '../../fixtures.ts';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

const caller = aUser();
const change = aHeldChange();
let keys: Keys;
let others: Keys;
let device: Device;

async function aDevice(pair: Keys, overrides: Partial<Device> = {}): Promise<Device> {
  const signingKey = publicJwkSchema.parse(await exportJWK(pair.publicKey));
  return {
    deviceId: 'phone-9',
    userId: caller.userId,
    companyId: caller.companyId,
    tokenId: caller.tokenId,
    name: 'Demo',
    platform: 'IOS',
    signingKey,
    encryptionKey: signingKey,
    activationCodeHash: 'c',
    enrolledAt: later(-60).toISOString(),
    ...overrides,
  };
}

const callerToken = aToken({
  tokenId: caller.tokenId,
  device: { deviceId: 'phone-9', name: 'Demo', platform: 'IOS', enrolledAt: later(-60).toISOString() },
});

function payloadFor(subject: HeldChange, overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    iss: 'phone-9',
    sub: caller.userId,
    aud: 'llavero/decision',
    iat: 1_767_625_200,
    decision: 'APPROVE',
    bindingCode: '123456',
    challenge: buildChallenge(subject),
    ...overrides,
  };
}

async function sign(payload: unknown, header: Record<string, unknown> = {}, pair: Keys = keys): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'ES256', typ: 'token-change-decision+jwt', kid: 'phone-9', ...header })
    .sign(pair.privateKey);
}

function unsigned(header: Record<string, unknown>, payload: unknown, signature = 'AA'): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}

async function refusal(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { code: error.code, extensions: error.extensions };
  }
}

const REFUSED = { code: 'PROOF_REFUSED', extensions: {} };

beforeAll(async () => {
  keys = await generateKeyPair('ES256');
  others = await generateKeyPair('ES256');
  device = await aDevice(keys);
});

describe('a signed decision', () => {
  const subject = () => ({
    caller,
    device,
    activeDeviceId: activeDeviceId(callerToken),
    change,
    requireUserVerification: false,
  });

  it('is accepted from the approver’s phone over the stored challenge', async () => {
    const jws = await sign(payloadFor(change));
    const { kid, payload, repeats } = await verifyDecision(jws, subject());
    expect({ kid, decision: payload.decision, repeats }).toEqual({
      kid: 'phone-9',
      decision: 'APPROVE',
      repeats: false,
    });
  });

  it('is accepted with the members of the challenge in any order', async () => {
    const reversed = Object.fromEntries(Object.entries(buildChallenge(change)).reverse());
    expect(await refusal(verifyDecision(await sign(payloadFor(change, { challenge: reversed })), subject()))).toBe(
      'accepted',
    );
  });

  it.each(['BIOMETRIC', 'PIN', 'NONE'])('may say that the person was verified by %s', async (userVerification) => {
    const { payload } = await verifyDecision(await sign(payloadFor(change, { userVerification })), subject());
    expect(payload.userVerification).toBe(userVerification);
    const { bindingCode: _none, ...rejection } = payloadFor(change, { decision: 'REJECT', userVerification });
    expect(await refusal(verifyDecision(await sign(rejection), subject()))).toBe('accepted');
  });

  it.each([
    ['BIOMETRIC', 'accepted'],
    ['PIN', 'accepted'],
    ['NONE', REFUSED],
    [undefined, REFUSED],
  ])('is judged where the stage requires that the person was verified: by %s it is %j', async (by, outcome) => {
    const members = by === undefined ? {} : { userVerification: by };
    const strict = { ...subject(), requireUserVerification: true };
    expect(await refusal(verifyDecision(await sign(payloadFor(change, members)), strict))).toEqual(outcome);
    const { bindingCode: _none, ...rejection } = payloadFor(change, { decision: 'REJECT', ...members });
    expect(await refusal(verifyDecision(await sign(rejection), strict))).toEqual(outcome);
  });

  it('is recognized as the one recorded where the stage has come to require more since', async () => {
    const recorded = { kid: 'phone-9', decision: 'APPROVE' as const, iat: 1, jws: 'other.bytes.here' };
    const decided = aHeldChange({ status: 'AUTHORIZED' }, { decidedBy: caller, recorded });
    const strict = { ...subject(), change: decided, requireUserVerification: true };
    expect((await verifyDecision(await sign(payloadFor(decided)), strict)).repeats).toBe(true);
  });

  it.each([
    ['another reason', { reason: 'SEED_RELEASE' }],
    ['another action', { action: 'UNBLOCK' }],
    ['another token', { tokenId: 'token-x' }],
    ['another company', { companyId: 'ANOTHER' }],
    ['another holder', { holder: { userId: 'x', fullName: 'Demo Titular' } }],
    ['another nonce', { nonce: 'x' }],
    ['a later end', { expiresAt: later(6000).toISOString() }],
    ['a note', { note: 'x' }],
    ['one more member', { extra: 1 }],
  ])('is refused over a challenge with %s', async (_what, altered) => {
    const challenge = { ...buildChallenge(change), ...altered };
    expect(await refusal(verifyDecision(await sign(payloadFor(change, { challenge })), subject()))).toEqual(REFUSED);
  });

  it.each([
    ['another issuer', { iss: 'phone-8' }],
    ['another subject', { sub: 'user-other' }],
    ['another audience', { aud: 'llavero/push-token' }],
    ['an audience among others', { aud: ['llavero/decision'] }],
    ['no such decision', { decision: 'MAYBE' }],
    ['no binding code', { bindingCode: undefined }],
    ['five digits', { bindingCode: '12345' }],
    ['digits as a number', { bindingCode: 123456 }],
    ['a rejection with a binding code', { decision: 'REJECT' }],
    ['no time', { iat: undefined }],
    ['a time that no second is', { iat: 2 ** 53 }],
    ['another verification of the person', { userVerification: 'FACE' }],
    ['an unknown member', { extra: true }],
  ])('is refused with %s', async (_what, altered) => {
    expect(await refusal(verifyDecision(await sign(payloadFor(change, altered)), subject()))).toEqual(REFUSED);
  });

  it.each([
    ['another type', { typ: 'push-token+jwt' }],
    ['another phone’s kid', { kid: 'phone-8' }],
    ['no kid', { kid: undefined }],
    ['its own key', { jwk: { kty: 'EC' } }],
    ['a content type', { cty: 'json' }],
  ])('is refused with a header that has %s', async (_what, header) => {
    expect(await refusal(verifyDecision(await sign(payloadFor(change), header), subject()))).toEqual(REFUSED);
  });

  it('is refused with alg none, HS256 over the public key, or a foreign signature', async () => {
    const payload = payloadFor(change);
    const header = { typ: 'token-change-decision+jwt', kid: 'phone-9' };
    const hs256 = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'HS256', ...header })
      .sign(new TextEncoder().encode(JSON.stringify(device.signingKey)));
    const [head = '', body = ''] = (await sign(payload)).split('.');
    const [, , foreign = ''] = (await sign(payload, {}, others)).split('.');
    for (const jws of [unsigned({ alg: 'none', ...header }, payload), hs256, `${head}.${body}.${foreign}`]) {
      expect(await refusal(verifyDecision(jws, subject()))).toEqual(REFUSED);
    }
  });

  it('is refused with a repeated member in its payload', async () => {
    const text = JSON.stringify(payloadFor(change)).replace('{', '{"decision":"REJECT",');
    expect(await refusal(verifyDecision(await sign(text), subject()))).toEqual(REFUSED);
  });

  it.each([
    ['that is unknown', () => undefined],
    ['of another user', () => ({ ...device, userId: 'user-other' })],
    ['that is retired', () => ({ ...device, retiredAt: later(-1).toISOString() })],
    ['enrolled in the same moment as the change', () => ({ ...device, enrolledAt: change.createdAt })],
    ['enrolled after the change', () => ({ ...device, enrolledAt: later(1).toISOString() })],
  ])('is refused from a phone %s', async (_what, other) => {
    const jws = await sign(payloadFor(change));
    expect(await refusal(verifyDecision(jws, { ...subject(), device: other() }))).toEqual(REFUSED);
  });

  it.each([
    ['blocked', { ...callerToken, status: 'BLOCKED' as const }],
    [
      'on another phone',
      { ...callerToken, device: { ...aToken().device, deviceId: 'phone-8' } as typeof callerToken.device },
    ],
    ['unknown', undefined],
  ])('is refused while the approver’s own token is %s', async (_what, token) => {
    const jws = await sign(payloadFor(change));
    expect(await refusal(verifyDecision(jws, { ...subject(), activeDeviceId: activeDeviceId(token) }))).toEqual(
      REFUSED,
    );
  });

  describe('that says “it wasn’t me” of what the same phone had rejected', () => {
    const recorded = { kid: 'phone-9', decision: 'REJECT' as const, iat: 1, jws: 'other.bytes.here' };
    const by = { userId: caller.userId, fullName: caller.fullName };
    const rejected = (cause: 'REJECTED' | 'DISOWNED') =>
      aHeldChange({ status: 'REJECTED', outcome: { cause, by } }, { decidedBy: by, recorded });
    const { bindingCode: _none, ...notMe } = payloadFor(change, { decision: 'REJECT', reason: 'NOT_ME' });

    it('is news once, and a repetition from then on', async () => {
      const jws = await sign(notMe);
      const first = await verifyDecision(jws, { ...subject(), change: rejected('REJECTED') });
      expect([first.repeats, first.disownsLater]).toEqual([false, true]);
      const again = await verifyDecision(jws, { ...subject(), change: rejected('DISOWNED') });
      expect([again.repeats, again.disownsLater]).toEqual([true, false]);
    });

    it('is refused from a phone that may decide nothing any more, whose repetition is not', async () => {
      const retired = { ...device, retiredAt: later(1).toISOString() };
      const jws = await sign(notMe);
      const late = verifyDecision(jws, { ...subject(), device: retired, change: rejected('REJECTED') });
      expect(await refusal(late)).toEqual(REFUSED);
      const again = await verifyDecision(jws, { ...subject(), device: retired, change: rejected('DISOWNED') });
      expect(again.repeats).toBe(true);
    });
  });

  const kept = { kid: 'phone-9', decision: 'APPROVE' as const, iat: 1, jws: 'a.b.c' };
  it.each([
    ['of another person', { decidedBy: { userId: 'user-other', fullName: 'Demo Otra' }, recorded: kept }],
    ['of another phone', { decidedBy: { userId: 'user-admin', fullName: '' }, recorded: { ...kept, kid: 'other' } }],
    ['of nobody', {}],
    ['not recorded', { decidedBy: { userId: 'user-admin', fullName: '' } }],
  ])('repeats none that is %s', async (_, authorization) => {
    const other = aHeldChange({ status: 'APPLIED' }, authorization);
    const verified = await verifyDecision(await sign(payloadFor(other)), { ...subject(), change: other });
    expect([verified.repeats, verified.disownsLater]).toEqual([false, false]);
  });

  it('disowns where it rejects and says so, and not else', () => {
    const says = (decision: 'APPROVE' | 'REJECT', reason?: 'NOT_ME') =>
      isNotMe({ payload: { ...payloadFor(aHeldChange()), decision, reason } as never });
    expect([says('REJECT', 'NOT_ME'), says('REJECT'), says('APPROVE', 'NOT_ME')]).toEqual([true, false, false]);
  });

  it('is recognized as the one recorded, from other bytes and from a phone since retired, but not as another', async () => {
    const recorded = { kid: 'phone-9', decision: 'APPROVE' as const, iat: 1, jws: 'other.bytes.here' };
    const decided = aHeldChange({ status: 'APPLIED' }, { decidedBy: caller, recorded });
    const retired = { ...device, retiredAt: later(1).toISOString() };
    const repeat = await verifyDecision(await sign(payloadFor(decided)), {
      ...subject(),
      device: retired,
      change: decided,
    });
    expect([repeat.repeats, repeat.disownsLater]).toEqual([true, false]);

    const { bindingCode: _none, ...rejection } = payloadFor(decided, { decision: 'REJECT' });
    const other = verifyDecision(await sign(rejection), { ...subject(), device: retired, change: decided });
    expect(await refusal(other)).toEqual(REFUSED);
  });
});

describe('the six digits', () => {
  it('match only themselves, and nothing once they are gone', () => {
    expect(bindingCodeMatches('123456', '123456')).toBe(true);
    expect(bindingCodeMatches('123457', '123456')).toBe(false);
    expect(bindingCodeMatches('123456', undefined)).toBe(false);
    expect(bindingCodeMatches('12345', '123456')).toBe(false);
  });
});
