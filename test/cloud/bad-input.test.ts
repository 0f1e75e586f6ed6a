import { randomUUID } from 'node:crypto';
import { createKeys, enrolmentRequest } from '../../phone/protocol/index.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { type Answer, expectProblem } from './support/http.ts';
import { type Administrator, openAdministrator, openApp, openPhone, type Phone } from './support/phone.ts';
import { changeSchema } from './support/shapes.ts';
import { listAll, RELEASE } from './support/web.ts';

let company: Company;
let administrator: Administrator;
let held: Phone;

beforeAll(async () => {
  company = await loadCompany('input', { administrators: 1, secondaries: 4 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  held = await openPhone(nth(company.secondaries, 0), administrator.web);
});

/** Sends exactly these bytes as a request for a change of the one token. */
const sendRaw = (rawBody: string, contentType = 'application/json'): Promise<Answer> =>
  administrator.web.send('POST', `/tokens/${held.tokenId}/changes`, {
    rawBody,
    headers: { 'content-type': contentType, 'idempotency-key': randomUUID() },
  });

const fieldError = (path: string) => ({ errors: [{ path, message: expect.any(String) }] });

const withNote = (note: string): string => JSON.stringify({ action: 'RELEASE', reason: 'OTHER', note });

describe('a request for a change', () => {
  afterAll(async () => {
    const changes = await listAll(administrator.web, '/changes', changeSchema);
    expect(changes.filter(({ tokenId }) => tokenId === held.tokenId)).toEqual([]);
    expect((await administrator.web.token(held.tokenId)).pendingChange).toBeNull();
  });

  it('over 16 KiB is refused', async () => {
    expectProblem(await sendRaw(`${JSON.stringify(RELEASE)}${' '.repeat(16 * 1024)}`), 413, 'BODY_TOO_LARGE');
    expectProblem(await sendRaw(withNote('ñ'.repeat(8 * 1024))), 413, 'BODY_TOO_LARGE');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'as %s is refused',
    async (type) => {
      expectProblem(await sendRaw(JSON.stringify(RELEASE), type), 415, 'UNSUPPORTED_MEDIA_TYPE');
    },
  );

  it.each([
    '{',
    '',
    'RELEASE',
    '{"action":"RELEASE",}',
    "{'action':'RELEASE'}",
    '{"action":"RELEASE"} {}',
    '{"action":NaN}',
  ])('that is no JSON is refused: %s', async (rawBody) => {
    expectProblem(await sendRaw(rawBody), 400, 'MALFORMED_JSON');
  });

  it.each([
    ['twice the same name', '{"action":"RELEASE","action":"BLOCK","reason":"PHONE_LOST"}'],
    ['the same name written otherwise', '{"action":"RELEASE","\\u0061ction":"BLOCK","reason":"PHONE_LOST"}'],
  ])('with %s is refused', async (_, rawBody) => {
    const answer = await sendRaw(rawBody);
    expect(answer.body).toEqual(expect.objectContaining({ status: 400, code: 'DUPLICATE_MEMBER' }));
  });

  it.each([
    ['an unknown member', '{"action":"RELEASE","reason":"PHONE_LOST","force":true}', 'force'],
    ['another company', '{"action":"RELEASE","reason":"PHONE_LOST","companyId":"x"}', 'companyId'],
    ['__proto__', '{"action":"RELEASE","reason":"PHONE_LOST","__proto__":{"note":"x"}}', '__proto__'],
    ['constructor', '{"action":"RELEASE","reason":"PHONE_LOST","constructor":{}}', 'constructor'],
    ['no action', '{"reason":"PHONE_LOST"}', 'action'],
    ['an unknown action', '{"action":"DESTROY","reason":"PHONE_LOST"}', 'action'],
    ['an action in small letters', '{"action":"release","reason":"PHONE_LOST"}', 'action'],
    ['no reason', '{"action":"RELEASE"}', 'reason'],
    ['a reason of another action', '{"action":"RELEASE","reason":"USER_ON_LEAVE"}', 'reason'],
    ['a reason that every object has', '{"action":"RELEASE","reason":"toString"}', 'reason'],
    ['other without a note', '{"action":"RELEASE","reason":"OTHER"}', 'note'],
    ['other with a blank note', '{"action":"RELEASE","reason":"OTHER","note":"   "}', 'note'],
    ['a note that is a number', '{"action":"RELEASE","reason":"PHONE_LOST","note":1}', 'note'],
    ['a lone surrogate', '{"action":"RELEASE","reason":"OTHER","note":"a\\ud800b"}', 'note'],
    ['a null character', '{"action":"RELEASE","reason":"OTHER","note":"a\\u0000b"}', 'note'],
    ['a terminal escape', '{"action":"RELEASE","reason":"OTHER","note":"a\\u001b[2J"}', 'note'],
    ['a line break', '{"action":"RELEASE","reason":"OTHER","note":"a\\nb"}', 'note'],
    ['a bidirectional override', '{"action":"RELEASE","reason":"OTHER","note":"a\\u202eb"}', 'note'],
    ['a bidirectional isolate', '{"action":"RELEASE","reason":"OTHER","note":"a\\u2066b"}', 'note'],
    ['501 characters', withNote('x'.repeat(501)), 'note'],
  ])('with %s is refused, and the field is named', async (_, rawBody, path) => {
    expectProblem(await sendRaw(rawBody), 400, 'VALIDATION_FAILED', fieldError(path));
  });

  it.each(['[]', '"RELEASE"', 'null', '7'])('that is no object is refused: %s', async (rawBody) => {
    const answer = await sendRaw(rawBody);
    expect(answer.body).toEqual(expect.objectContaining({ status: 400, code: 'VALIDATION_FAILED' }));
  });
});

describe('a request for a change is taken', () => {
  it('of exactly 16 KiB, with a charset', async () => {
    const { tokenId } = await openPhone(nth(company.secondaries, 1), administrator.web);
    const json = JSON.stringify(RELEASE);
    const answer = await administrator.web.send('POST', `/tokens/${tokenId}/changes`, {
      rawBody: `${json}${' '.repeat(16 * 1024 - json.length)}`,
      headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': randomUUID() },
    });
    expect(answer.status).toBe(202);
  });

  it('with 500 characters after composing, and the phone shows the composed note', async () => {
    const { tokenId } = await openPhone(nth(company.secondaries, 2), administrator.web);
    const note = 'n\u0303'.repeat(500);
    const change = await administrator.web.hold(tokenId, { action: 'RELEASE', reason: 'OTHER', note });
    expect(change.note).toBe('ñ'.repeat(500));
    expect((await administrator.phone.waiting(change.changeId)).challenge.note).toBe('ñ'.repeat(500));
  });
});

describe('the app', () => {
  it.each([
    ['no decision', {}, 'decision'],
    ['a number for a decision', { decision: 1 }, 'decision'],
    ['a member too many', { decision: 'a.b.c', force: true }, 'force'],
  ])('is refused a decision with %s', async (_, body, path) => {
    const answer = await administrator.phone.send('POST', '/app/authorizations/AAAAAAAAAAAAAAAAAAAAAA/decision', {
      body,
    });
    expectProblem(answer, 400, 'VALIDATION_FAILED', fieldError(path));
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a member too many', { force: true }, 'force'],
    ['an unknown platform', { platform: 'FAX' }, 'platform'],
    ['no push token', { pushToken: undefined }, 'pushToken'],
    ['a control character in the name', { name: 'a\u0007b' }, 'name'],
    [
      'a key of another curve',
      { signingKey: { kty: 'EC', crv: 'P-384', x: 'A'.repeat(64), y: 'A'.repeat(64) } },
      'signingKey.crv',
    ],
  ])('is refused an enrolment with %s', async (_, other, path) => {
    const one = await openApp(nth(company.secondaries, 3));
    const enrolment = {
      userId: one.userId,
      activationCode: 'AAAA-AAAA-AAAA-AAAA',
      name: 'x',
      platform: 'IOS',
      pushToken: 'p',
    } as const;
    const body = { ...(await enrolmentRequest(enrolment, await createKeys())), ...other };
    const answer = await one.send('POST', '/app/devices', { body });
    expect(answer.body).toEqual(expect.objectContaining({ status: 400, code: 'VALIDATION_FAILED' }));
    expect(Object(answer.body).errors).toContainEqual({ path, message: expect.any(String) });
  });

  it('is refused a private key', async () => {
    const one = await openApp(nth(company.secondaries, 3));
    const enrolment = {
      userId: one.userId,
      activationCode: 'AAAA-AAAA-AAAA-AAAA',
      name: 'x',
      platform: 'IOS',
      pushToken: 'p',
    } as const;
    const body = await enrolmentRequest(enrolment, await createKeys());
    const answer = await one.send('POST', '/app/devices', {
      body: { ...body, signingKey: { ...body.signingKey, d: 'A'.repeat(43) } },
    });
    expectProblem(answer, 400, 'VALIDATION_FAILED', fieldError('signingKey.d'));
  });
});
