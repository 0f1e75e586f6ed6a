import { signIdentity } from '../../../scripts/rescue/sign-identity.ts';
import { IDENTITY_SECONDS, RESCUE_HEADER, rescueBinding } from '../../../shared/security/rescue-binding.ts';
import { type StaffProof, verifyStaff } from '../../../shared/security/verify-staff.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:propose-rescue';
const REQUEST = { operation: 'PROPOSE', username: 'demo.admin', action: 'RELEASE', reason: 'PHONE_LOST' };
const CREDENTIALS = {
  accessKeyId: 'AKIADEMODEMODEMODEMO',
  secretAccessKey: 'demo',
  sessionToken: 'demo+session/token==',
};
const ROLE = 'arn:aws:iam::111122223333:role/Proposer';
const ANA = {
  userId: 'AROADEMODEMODEMODEMO:demo.ana',
  fullName: 'demo.ana',
  arn: 'arn:aws:sts::111122223333:assumed-role/Proposer/demo.ana',
};

const refused = { name: 'ProblemError', code: 'STAFF_REFUSED' };

let proof: StaffProof;
let asked: jest.SpiedFunction<typeof fetch>;

function identity({
  arn,
  userId,
  account = '111122223333',
}: {
  arn: string;
  userId: string;
  account?: string;
}): string {
  const result = `<Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${account}</Account>`;
  return `<GetCallerIdentityResponse><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
}

const verify = (sent: StaffProof, overrides: { audience?: string; request?: unknown; now?: Date } = {}) =>
  verifyStaff(sent, {
    audience: FUNCTION,
    roleArn: ROLE,
    request: REQUEST,
    now: new Date(),
    endpoint: undefined,
    ...overrides,
  });

/** The proof with another query. */
function withQuery(change: (query: URLSearchParams) => void): StaffProof {
  const url = new URL(proof.url);
  change(url.searchParams);
  return { ...proof, url: url.href };
}

beforeEach(async () => {
  proof = await signIdentity(CREDENTIALS, { functionArn: FUNCTION, endpoint: undefined }, REQUEST);
  asked = jest.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(identity(ANA)));
});

afterEach(() => asked.mockRestore());

it('asks STS of its own region, with exactly what was signed, who it was', async () => {
  expect(await verify(proof)).toEqual(ANA);
  const [url, options] = asked.mock.calls[0] ?? [];
  expect(String(url)).toBe(proof.url);
  expect(new URL(String(url)).origin).toBe('https://sts.us-east-1.amazonaws.com');
  expect(options).toMatchObject({
    headers: { [RESCUE_HEADER]: rescueBinding(FUNCTION, REQUEST) },
    redirect: 'error',
  });
  expect(asked).toHaveBeenCalledTimes(1);
});

const elsewhere = (url: string) => () => ({
  ...proof,
  url: proof.url.replace('https://sts.us-east-1.amazonaws.com', url),
});

it.each<[string, () => StaffProof]>([
  ['another host', elsewhere('https://sts.us-east-1.amazonaws.com.example.com')],
  ['STS of another region', elsewhere('https://sts.eu-west-1.amazonaws.com')],
  ['a host after a user name', elsewhere('https://sts.us-east-1.amazonaws.com@example.com')],
  ['a user name', elsewhere('https://someone@sts.us-east-1.amazonaws.com')],
  ['another port', elsewhere('https://sts.us-east-1.amazonaws.com:8443')],
  ['no encryption', elsewhere('http://sts.us-east-1.amazonaws.com')],
  ['another path', () => ({ ...proof, url: proof.url.replace('.com/', '.com/other') })],
  ['a fragment', () => ({ ...proof, url: `${proof.url}#x` })],
  ['no address', () => ({ ...proof, url: 'sts' })],
  ['another action', () => withQuery((query) => query.set('Action', 'GetSessionToken'))],
  ['two actions', () => withQuery((query) => query.append('Action', 'GetCallerIdentity'))],
  ['one more parameter', () => withQuery((query) => query.set('DurationSeconds', '900'))],
  ['another version', () => withQuery((query) => query.set('Version', '2011-06-16'))],
  [
    'another service',
    () =>
      withQuery((query) => query.set('X-Amz-Credential', 'AKIADEMODEMODEMODEMO/20260105/us-east-1/s3/aws4_request')),
  ],
  ['a longer life', () => withQuery((query) => query.set('X-Amz-Expires', String(IDENTITY_SECONDS + 1)))],
  ['a date that is none', () => withQuery((query) => query.set('X-Amz-Date', '20269999T999999Z'))],
  ['no signature', () => withQuery((query) => query.delete('X-Amz-Signature'))],
  ['a header that is not signed', () => withQuery((query) => query.set('X-Amz-SignedHeaders', 'host'))],
  ['without the header', () => ({ ...proof, headers: {} })],
  ['one more header', () => ({ ...proof, headers: { ...proof.headers, host: 'example.com' } })],
  ['another header', () => ({ ...proof, headers: { 'x-other': proof.headers[RESCUE_HEADER] ?? '' } })],
  ['another binding', () => ({ ...proof, headers: { [RESCUE_HEADER]: '0'.repeat(64) } })],
])('refuses %s, and asks nobody', async (_, altered) => {
  await expect(verify(altered())).rejects.toMatchObject(refused);
  expect(asked).not.toHaveBeenCalled();
});

it.each([
  ['another request', { request: { ...REQUEST, action: 'UNBLOCK' } }],
  ['another function', { audience: FUNCTION.replace('propose', 'confirm') }],
  ['another stage’s function', { audience: FUNCTION.replace('111122223333', '444455556666') }],
])('refuses a proof that was signed for %s', async (_, expected) => {
  await expect(verify(proof, expected)).rejects.toMatchObject(refused);
  expect(asked).not.toHaveBeenCalled();
});

it('takes a proof for two minutes, either way of a clock that is off, and no longer', async () => {
  const signed =
    proof.url
      .match(/X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/)
      ?.slice(1)
      .map(Number) ?? [];
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = signed;
  const at = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  const limit = IDENTITY_SECONDS * 1000;
  expect(await verify(proof, { now: new Date(at + limit) })).toEqual(ANA);
  expect(await verify(proof, { now: new Date(at - limit) })).toEqual(ANA);
  await expect(verify(proof, { now: new Date(at + limit + 1) })).rejects.toMatchObject(refused);
  await expect(verify(proof, { now: new Date(at - limit - 1) })).rejects.toMatchObject(refused);
});

describe('what STS answers', () => {
  const answers = (body: string, status = 200) => asked.mockImplementation(async () => new Response(body, { status }));

  it('is refused where it does not know the signature', async () => {
    answers('<ErrorResponse/>', 403);
    await expect(verify(proof)).rejects.toMatchObject(refused);
  });

  it.each([
    ['an IAM user without the role', { ...ANA, arn: 'arn:aws:iam::111122223333:user/demo.ana' }],
    ['a session of the other role', { ...ANA, arn: ANA.arn.replace('Proposer', 'Confirmer') }],
    ['a person of another account', { ...ANA, arn: ANA.arn.replace('1111', '4444'), account: '444422223333' }],
    ['the root of the account', { arn: 'arn:aws:iam::111122223333:root', userId: '111122223333' }],
  ])('is refused for %s', async (_, caller) => {
    answers(identity(caller));
    await expect(verify(proof)).rejects.toMatchObject(refused);
  });

  it('is refused where it says two things, or nothing', async () => {
    answers(identity(ANA) + identity(ANA));
    await expect(verify(proof)).rejects.toMatchObject(refused);
    answers('');
    await expect(verify(proof)).rejects.toMatchObject(refused);
  });

  it('is a passing fault where there is none', async () => {
    answers('', 503);
    await expect(verify(proof)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    asked.mockImplementation(async () => {
      throw new TypeError('fetch failed');
    });
    await expect(verify(proof)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
