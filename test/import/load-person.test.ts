import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminLinkProviderForUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  InvalidParameterException,
  UsernameExistsException,
  type UserStatusType,
} from '@aws-sdk/client-cognito-identity-provider';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { StoredPerson } from '../../scripts/import/decide-person.ts';
import type { PersonLine } from '../../scripts/import/file/person-line.ts';
import { type Loaded, loadPerson } from '../../scripts/import/load-person.ts';
import { Turns } from '../../scripts/import/turns.ts';
import { UserPool } from '../../scripts/import/user-pool.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemRandom } from '../../shared/clock.ts';
import { administrators, companies, type UsernameOwner } from '../../shared/repositories/items.ts';
import { hashActivationCode } from '../../shared/security/activation-code.ts';
import { aContext, aLine, aStoredPerson } from './fixtures.ts';
import { POOL } from './memory-pool.ts';

const cognito = mockClient(CognitoIdentityProviderClient);
const dynamodb = mockClient(DynamoDBDocumentClient);
const tables = openTables(process.env);

const NO_METADATA = { $metadata: {}, message: 'refused' };
const USER = { UserPoolId: 'pool-1', Username: 'demo.uno' };

/** The calls of both services, in the order in which they were made. */
let calls: string[];

beforeEach(() => {
  calls = [];
  cognito.reset();
  dynamodb.reset();
  const noted =
    <T>(name: string, answer: T) =>
    () => {
      calls.push(name);
      return answer;
    };
  const attributes = [
    { Name: 'sub', Value: 'sub-1' },
    { Name: 'email', Value: 'other@example.com' },
  ];
  cognito.on(AdminCreateUserCommand).callsFake(noted('create', { User: { Attributes: attributes } }));
  inPool({});
  cognito.on(AdminSetUserPasswordCommand).callsFake(noted('password', {}));
  cognito.on(AdminUpdateUserAttributesCommand).callsFake(noted('email', {}));
  cognito.on(AdminEnableUserCommand).callsFake(noted('enable', {}));
  cognito.on(AdminDisableUserCommand).callsFake(noted('disable', {}));
  cognito.on(AdminUserGlobalSignOutCommand).callsFake(noted('sign out', {}));
  dynamodb.on(TransactWriteCommand).callsFake(noted('write', {}));
  const Keys = [companies.key('demo-1')];
  dynamodb.on(BatchGetCommand, { RequestItems: { llavero: { Keys, ConsistentRead: true } } }).resolves(foundCompany());
});

/** The pool has the user of `sub-1` so. */
function inPool(user: { sub?: string; email?: string; Enabled?: boolean; UserStatus?: UserStatusType }) {
  const { sub = 'sub-1', email = 'uno@example.com', Enabled = true, UserStatus = 'CONFIRMED' } = user;
  const UserAttributes = [
    { Name: 'sub', Value: sub },
    { Name: 'email', Value: email },
  ];
  cognito.on(AdminGetUserCommand).callsFake(() => {
    calls.push('get');
    return { Enabled, UserStatus, UserAttributes };
  });
}

const NEW = { owner: undefined, stored: undefined };

function known(stored: StoredPerson, owner: Partial<UsernameOwner> = {}) {
  const { userId, companyId, tokenId, physicalTokenId } = stored.user;
  return { owner: { userId, companyId, tokenId, physicalTokenId, canSignIn: true, ...owner }, stored };
}

/** A load that gives each new user a password, unless it invites them. */
function load(
  line: PersonLine,
  seen: Parameters<typeof loadPerson>[2],
  { codes = false, password = 'demo', provider = '', invite = false } = {},
) {
  const context = aContext({ activationCodeSeconds: codes ? 3600 : undefined });
  const world = {
    tables,
    pool: new UserPool({ ...POOL, demoPassword: password || undefined, identityProvider: provider || undefined }),
    random: systemRandom,
    companies: {
      ensure: async () => {
        calls.push('company');
      },
    },
    administrators: { note: () => {} },
    turns: new Turns(),
    invite,
  };
  return loadPerson(world, line, seen, () => context);
}

const BY_MAIL = { password: '' };
const loaded = (outcome: Loaded['outcome'], invitation: Loaded['invitation'] = 'NOT_NEEDED') => ({
  outcome,
  code: undefined,
  invitation,
});

/** The items of the n-th transaction whose sort key begins so. */
function written(transaction: number, sk: string) {
  const items = dynamodb.commandCalls(TransactWriteCommand)[transaction]?.args[0].input.TransactItems ?? [];
  return items.flatMap(({ Put }) => (String(Put?.Item?.sk).startsWith(sk) ? [Put?.Item] : []));
}

function foundCompany() {
  return found({ ...companies.key('demo-1'), ...aLine().company });
}

function found(...items: Record<string, unknown>[]) {
  return { Responses: { llavero: items } };
}

function foundPerson({ user, virtual, physical }: StoredPerson) {
  const tokens = [virtual, ...(physical ? [physical] : [])];
  return found(
    { pk: `USER#${user.userId}`, sk: 'PROFILE', ...user },
    ...tokens.map((token) => ({ pk: `COMPANY#${token.companyId}`, sk: `TOKEN#${token.tokenId}`, ...token })),
  );
}

it('gives a new person to the pool first, then writes all of them in one transaction', async () => {
  expect(await load(aLine(), NEW)).toEqual(loaded('created'));
  expect(calls).toEqual(['create', 'password', 'company', 'write']);
  expect(cognito.commandCalls(AdminCreateUserCommand)[0]?.args[0].input).toEqual({
    ...USER,
    UserAttributes: [
      { Name: 'email', Value: 'uno@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ],
    MessageAction: 'SUPPRESS',
  });
  expect(written(0, 'OWNER')).toEqual([
    {
      pk: 'USERNAME#demo.uno',
      sk: 'OWNER',
      userId: 'sub-1',
      companyId: 'demo-1',
      tokenId: expect.any(String),
      physicalTokenId: expect.any(String),
      canSignIn: true,
    },
  ]);
  expect(written(0, 'TOKEN#').map((item) => item?.kind)).toEqual(['VIRTUAL', 'PHYSICAL']);
  expect(written(0, 'EVENT#').map((item) => item?.type)).toEqual([
    'TOKEN_CREATED',
    'TOKEN_CREATED',
    'COMPANY_FOUND',
    'ADMINISTRATOR_ADDED',
  ]);
  for (const word of ['administradora#', 'demo#', 'uno#', 'example#'])
    expect(written(0, word).map((item) => item?.pk)).toEqual([
      'COMPANY#demo-1#SEARCH#VIRTUAL',
      'COMPANY#demo-1#SEARCH#PHYSICAL',
    ]);
});

it('lets the pool invite a new person where it gives no password', async () => {
  expect(await load(aLine(), NEW, BY_MAIL)).toEqual(loaded('created', 'SENT'));
  expect(calls).toEqual(['create', 'company', 'write']);
  expect(cognito.commandCalls(AdminCreateUserCommand)[0]?.args[0].input).toMatchObject({
    DesiredDeliveryMediums: ['EMAIL'],
  });
});

describe('where people sign in at the bank’s own identity provider', () => {
  const own = { password: '', provider: 'Bank' };

  it('a new person is linked to the subject of their username, and not invited', async () => {
    cognito.on(AdminLinkProviderForUserCommand).resolves({});
    await load(aLine(), NEW, own);
    expect(cognito.commandCalls(AdminCreateUserCommand)[0]?.args[0].input).toMatchObject({ MessageAction: 'SUPPRESS' });
    expect(cognito.commandCalls(AdminLinkProviderForUserCommand)[0]?.args[0].input).toEqual({
      UserPoolId: 'pool-1',
      DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: 'demo.uno' },
      SourceUser: {
        ProviderName: 'Bank',
        ProviderAttributeName: 'Cognito_Subject',
        ProviderAttributeValue: 'demo.uno',
      },
    });
  });

  it.each([
    ['linked already is well', [{ providerName: 'Bank', userId: 'demo.uno' }], true],
    ['linked to another subject is not', [{ providerName: 'Bank', userId: 'demo.dos' }], false],
    ['whom the pool does not link is not', [], false],
  ])('a person %s', async (_, identities, well) => {
    cognito.on(AdminLinkProviderForUserCommand).rejects(new InvalidParameterException(NO_METADATA));
    const UserAttributes = [{ Name: 'identities', Value: JSON.stringify(identities) }];
    cognito.on(AdminGetUserCommand).resolves({ Enabled: true, UserAttributes });
    const loading = load(aLine(), NEW, own);
    if (well) expect(await loading).toMatchObject({ outcome: 'created' });
    else await expect(loading).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(calls.includes('write')).toBe(well);
  });
});

it('lets the pool invite nobody who comes in disabled, and has it refuse them once they are written', async () => {
  expect(await load(aLine({ role: 'DISABLED' }), NEW, BY_MAIL)).toEqual(loaded('created'));
  expect(calls).toEqual(['create', 'company', 'write', 'disable', 'sign out', 'write']);
  expect(cognito.commandCalls(AdminCreateUserCommand)[0]?.args[0].input).toMatchObject({ MessageAction: 'SUPPRESS' });
  expect(written(1, 'OWNER')).toEqual([expect.objectContaining({ canSignIn: false })]);
});

it('goes on where an earlier run stopped between the pool and the tables', async () => {
  inPool({ email: 'other@example.com', Enabled: false });
  cognito.on(AdminCreateUserCommand).rejects(new UsernameExistsException(NO_METADATA));
  expect(await load(aLine(), NEW)).toEqual(loaded('created'));
  expect(calls).toEqual(['get', 'email', 'enable', 'password', 'company', 'write']);
});

it('asks the pool alone for a line that says what is so already, and writes nothing', async () => {
  expect(await load(aLine(), known(aStoredPerson()))).toEqual(loaded('unchanged'));
  expect(calls).toEqual(['get', 'company']);
});

it('takes the right in the tables before it has the pool refuse the sign-in', async () => {
  const stored = aStoredPerson();
  expect(await load(aLine({ role: 'DISABLED' }), known(stored))).toEqual(loaded('updated'));
  expect(calls).toEqual(['get', 'company', 'write', 'disable', 'sign out', 'write']);
  expect(written(0, 'PROFILE')[0]).toMatchObject({ userId: 'sub-1', enabled: false });
  expect(written(0, 'OWNER')).toEqual([]);
  expect(written(1, 'OWNER')).toEqual([expect.objectContaining({ canSignIn: false })]);
});

it('has the pool refuse the sign-in where an earlier run stopped before it', async () => {
  const line = aLine({ role: 'DISABLED' });
  expect(await load(line, known(aStoredPerson(line)))).toEqual(loaded('unchanged'));
  expect(calls).toEqual(['get', 'company', 'disable', 'sign out', 'write']);
});

it('changes nothing in the pool where it refuses the sign-in already', async () => {
  inPool({ Enabled: false });
  const line = aLine({ role: 'DISABLED' });
  await load(line, known(aStoredPerson(line), { canSignIn: false }));
  expect(calls).toEqual(['get', 'company']);
});

it('gives the right back only once the pool lets the user sign in', async () => {
  const stored = aStoredPerson(aLine({ role: 'DISABLED' }));
  expect(await load(aLine(), known(stored, { canSignIn: false }))).toEqual(loaded('updated'));
  expect(calls).toEqual(['get', 'enable', 'company', 'write']);
  expect(written(0, 'OWNER')).toEqual([expect.objectContaining({ canSignIn: true })]);
});

it('changes the address in the pool first', async () => {
  expect(await load(aLine({ email: 'dos@example.com' }), known(aStoredPerson()))).toEqual(loaded('updated'));
  expect(calls).toEqual(['get', 'email', 'company', 'write']);
});

it('stores the hash of the code that it gives', async () => {
  const loaded = await load(aLine(), known(aStoredPerson()), { codes: true });
  const code = 'code' in loaded ? loaded.code : undefined;
  expect(loaded).toEqual({
    outcome: 'unchanged',
    invitation: 'NOT_NEEDED',
    code: {
      companyId: 'demo-1',
      username: 'demo.uno',
      activationCode: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/),
      expiresAt: '2026-01-01T01:00:00.000Z',
    },
  });
  expect(written(0, 'ACTIVATION')).toEqual([
    {
      pk: 'USER#sub-1',
      sk: 'ACTIVATION',
      userId: 'sub-1',
      codeHash: hashActivationCode('sub-1', code?.activationCode ?? ''),
      expiresAt: '2026-01-01T01:00:00.000Z',
      wrongTries: 0,
      wrongHashes: [],
      ttl: 1767229200,
    },
  ]);
});

it('gives whoever is enabled again one new code, in place of any other', async () => {
  const stored = aStoredPerson(aLine({ role: 'DISABLED' }));
  const disabled = { ...stored, user: { ...stored.user, role: 'ADMINISTRATOR' as const } };
  await load(aLine(), known(disabled, { canSignIn: false }), { codes: true });
  const ofCode = dynamodb
    .commandCalls(TransactWriteCommand)
    .flatMap(({ args }) => args[0].input.TransactItems ?? [])
    .filter(({ Put, Delete }) => (Put?.Item ?? Delete?.Key)?.sk === 'ACTIVATION');
  expect(ofCode).toEqual([{ Put: expect.anything() }]);
});

it('refuses a username of another company, also one that was taken meanwhile', async () => {
  const bad = {
    number: 2,
    reason:
      'username: es de otra empresa: use otro nombre de usuario · belongs to another company: use another username',
  };
  const company = { ...aLine().company, companyId: 'demo-2' };
  const theirs = known(aStoredPerson(aLine({ company })));
  expect(await load(aLine(), theirs)).toEqual(bad);
  expect(calls).toEqual([]);

  const reasons = [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }];
  dynamodb
    .on(TransactWriteCommand)
    .rejectsOnce(new TransactionCanceledException({ ...NO_METADATA, CancellationReasons: reasons }));
  dynamodb
    .on(BatchGetCommand)
    .resolvesOnce(foundCompany())
    .resolvesOnce(found({ pk: 'USERNAME#demo.uno', sk: 'OWNER', ...theirs.owner }))
    .resolvesOnce(foundPerson(theirs.stored))
    .resolvesOnce(found({ ...administrators.key('demo-2', 'sub-1'), userId: 'sub-1' }));
  expect(await load(aLine(), NEW)).toEqual(bad);
});

it('counts a person as created where only the answer of the write was lost', async () => {
  const { owner, stored } = known(aStoredPerson());
  const reasons = [{ Code: 'ConditionalCheckFailed' }];
  dynamodb
    .on(TransactWriteCommand)
    .rejectsOnce(new TransactionCanceledException({ ...NO_METADATA, CancellationReasons: reasons }));
  dynamodb
    .on(BatchGetCommand)
    .resolvesOnce(foundCompany())
    .resolvesOnce(found({ pk: 'USERNAME#demo.uno', sk: 'OWNER', ...owner }))
    .resolvesOnce(foundPerson(stored))
    .resolvesOnce(found({ ...administrators.key('demo-1', 'sub-1'), userId: 'sub-1' }));
  expect(await load(aLine(), NEW)).toEqual(loaded('created'));
  expect(calls).toEqual(['create', 'password', 'company', 'get', 'company']);
});

it('refuses a line whose username or address the pool refuses, and gives up what it had claimed', async () => {
  cognito.on(AdminCreateUserCommand).rejects(new InvalidParameterException(NO_METADATA));
  expect(await load(aLine(), NEW)).toEqual({
    number: 2,
    reason: expect.stringContaining('the user pool does not take the username or the email'),
  });
  // The line's earlier claims are given up.
  const deleted = dynamodb.commandCalls(TransactWriteCommand).flatMap(({ args }) => args[0].input.TransactItems ?? []);
  expect(deleted.map(({ Delete }) => Delete?.Key)).toEqual([
    { pk: 'USERNAME#demo.uno', sk: 'CLAIM' },
    { pk: 'COMPANY#demo-1', sk: 'SERIAL#PT-1' },
  ]);
});

it('ends with the fault that it cannot mend', async () => {
  cognito.on(AdminCreateUserCommand).rejects(new Error('no credentials'));
  await expect(load(aLine(), NEW)).rejects.toThrow('no credentials');
});
