import { KMSClient } from '@aws-sdk/client-kms';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { describeFinding } from '../../../scripts/verify-record/finding.ts';
import { verifyCompany } from '../../../scripts/verify-record/verify-company.ts';
import { COMPANY_RECORD } from '../../../shared/domain/event.ts';
import {
  approvers,
  boundKeys,
  changes,
  companies,
  devices,
  recordEvents,
  tokens,
  users,
} from '../../../shared/repositories/items.ts';
import type { ItemReference } from '../../../shared/repositories/stored-item.ts';
import { type NamedKey, readPublicKey } from '../../../shared/security/signing-key.ts';
import { FakeArchive } from '../../fake-archive.ts';
import { FakeSigningKey } from '../../fake-signing-key.ts';
import { given, stored } from '../../world/given.ts';
import { archiveRecord, change, type LivedCompany, livedCompany, reload } from '../../world/lived-company.ts';
import { TABLE_NAMES } from '../../world/world.ts';

const key = new FakeSigningKey();
let archive: FakeArchive;
let dayKey: NamedKey;
let company: LivedCompany;

beforeEach(async () => {
  archive = new FakeArchive();
  dayKey = await readPublicKey(new KMSClient({}), 'day');
  company = await livedCompany();
});

afterEach(() => archive.mock.restore());
afterAll(() => key.mock.restore());

async function verify(tokenId?: string) {
  archiveRecord(company, archive);
  const found: string[] = [];
  const world = { ...company.world, archive: archive.archive };
  const verified = await verifyCompany(world, { companyId: 'DEMO', tokenId }, new Map([[dayKey.kid, dayKey.key]]), {
    found: (finding) => found.push(describeFinding(finding)),
    progress: () => {},
  });
  return { found, verified };
}

/** Has an attacker write other members into an item, past every condition. */
function alter<T>(reference: ItemReference<T>, members: Partial<T> & object): void {
  const item = rawItem(reference);
  company.world.services.tables.seed(TABLE_NAMES[reference.table], [{ ...item, ...members }]);
}

function rawItem({ table, key: { pk, sk } }: ItemReference<unknown>) {
  const item = company.world.services.tables.items(TABLE_NAMES[table]).find((each) => each.pk === pk && each.sk === sk);
  if (!item) throw new Error('There is no such item');
  return item;
}

const holderToken = () => tokens.at('DEMO', company.holder.tokenId);
const holderDevice = () => devices.at(company.holder.userId, company.holderPhone.deviceId);
const now = () => company.world.clock.now().toISOString();

it('finds a company whole that has lived through every kind of change, and counts what it compared', async () => {
  const { found, verified } = await verify();
  expect(found).toEqual([]);
  expect(verified).toMatchObject({ tokens: 3, onTheWay: 0, withoutRights: 0 });
  await reload(company, company.holder, { role: 'ADMINISTRATOR', fullName: 'Demo Otro Nombre' });
  expect((await verify()).found).toEqual([]);
  await reload(company, company.admin, { disabled: true });
  expect((await verify()).found).toEqual([]);
});

it('finds a company whole in which an administrator and a former one came back under other ids', async () => {
  const { admin, holder } = company;
  await reload(company, admin, { email: 'otra@example.com' });
  await reload(company, admin, { userId: 'user-admin-again' });
  await reload(company, holder, { role: 'ADMINISTRATOR' });
  await reload(company, holder, { role: 'SECONDARY' });
  await reload(company, holder, { userId: 'user-holder-again' });
  expect((await verify()).found).toEqual([]);
  alter(users.at('user-admin-again'), { role: 'SECONDARY' });
  expect((await verify(COMPANY_RECORD)).found).toEqual([
    'the company’s own record: its user user-admin-again.administrator is false, and its record leads to true',
  ]);
});

describe('a table that is not what its record leads to is found, token and field named', () => {
  const cases: [string, () => void, (ids: { token: string; phone: string }) => string[]][] = [
    [
      'a token set RELEASED',
      () => alter(holderToken(), { status: 'RELEASED' }),
      () => ['its status is RELEASED, and its record leads to ACTIVE'],
    ],
    [
      'a token unbound from its phone',
      () => alter(holderToken(), { device: null }),
      ({ phone }) => [
        `its device.deviceId is none, and its record leads to ${phone}`,
        'its device.enrolledAt is none, and its record leads to 2026-01-05T15:00:02.000Z',
      ],
    ],
    [
      'a phone given another signing key',
      () => alter(holderDevice(), { signingKey: company.adminPhone.enrolment.signingKey }),
      ({ phone }) => [
        expect.stringMatching(`its phone ${phone}.signingKey is `),
        `its phone ${phone}’s keys is free, and its record leads to taken for ever`,
      ],
    ],
    [
      'a phone retired',
      () => alter(holderDevice(), { retiredAt: now() }),
      ({ phone }) => [`its phone ${phone}.retiredAt is ${now()}, and its record leads to none`],
    ],
    [
      'an administrator made of a secondary user',
      () => alter(users.at(company.holder.userId), { role: 'ADMINISTRATOR' }),
      () => ['its holder’s profile.role is ADMINISTRATOR, and its record leads to SECONDARY'],
    ],
    [
      'a user disabled',
      () => alter(users.at(company.holder.userId), { enabled: false }),
      () => ['its holder’s profile.enabled is false, and its record leads to true'],
    ],
    [
      'a user moved to another company',
      () => alter(users.at(company.holder.userId), { companyId: 'OTRA' }),
      () => ['its holder’s profile.companyId is OTRA, and its record leads to DEMO'],
    ],
    [
      'a secondary user among the approvers',
      () => {
        const { userId } = company.holder;
        given(company.world, { reference: approvers.at('DEMO', userId), item: { userId, deviceId: 'phone-1' } });
      },
      () => ['its approver.deviceId is phone-1, and its record leads to none'],
    ],
    [
      'the release that opens an own activation code made younger',
      () => alter(holderToken(), { lastRelease: { authorizedBy: company.holder.userId, authorizedAt: now() } }),
      () => [
        'its lastRelease.authorizedBy is user-holder, and its record leads to none',
        expect.stringMatching('its lastRelease.authorizedAt is '),
      ],
    ],
    [
      'a change pending of which the record does not tell',
      () =>
        alter(holderToken(), {
          pendingChange: { changeId: 'change-9', action: 'RELEASE', status: 'AUTHORIZED', expiresAt: now() },
        }),
      () => [
        'its pendingChange.changeId is change-9, and its record leads to none',
        'its pendingChange.action is RELEASE, and its record leads to none',
        'its pendingChange.status is AUTHORIZED, and its record leads to none',
      ],
    ],
    [
      'a token given to another holder',
      () => {
        const token = stored(company.world, holderToken());
        if (token) alter(holderToken(), { holder: { ...token.holder, role: 'ADMINISTRATOR' } });
      },
      () => ['its holder.role is ADMINISTRATOR, and its record leads to SECONDARY'],
    ],
    [
      'an item that is none of the service’s',
      () => alter(holderToken(), { status: 'STOLEN' } as object),
      () => ['it, its holder or a phone is not stored as the service stores it: status'],
    ],
  ];

  it.each(cases)('%s', async (_name, tamper, expected) => {
    tamper();
    const { found } = await verify();
    const ids = { token: company.holder.tokenId, phone: company.holderPhone.deviceId };
    expect(found.map((line) => line.replace(`token ${ids.token}: `, ''))).toEqual(expected(ids));
  });

  it('a phone that the record never enrolled', async () => {
    const device = stored(company.world, holderDevice());
    if (!device) throw new Error('The holder has no phone');
    given(company.world, { ...device, deviceId: 'phone-9' });
    expect((await verify()).found).toEqual([
      `token ${company.holder.tokenId}: its phone phone-9 is enrolled, and its record leads to none`,
    ]);
  });

  it('a phone’s key free to be enrolled again', async () => {
    const { signingKey } = company.holderPhone.enrolment;
    alter(boundKeys.at(signingKey), { deviceId: 'phone-9' });
    expect((await verify()).found).toEqual([
      `token ${company.holder.tokenId}: its phone ${company.holderPhone.deviceId}’s keys is free, and its record leads to taken for ever`,
    ]);
  });

  it('a physical token enabled again', async () => {
    const { physicalTokenId } = company.holder;
    alter(tokens.at('DEMO', physicalTokenId ?? ''), { status: 'ENABLED' });
    expect((await verify()).found).toEqual([
      `token ${physicalTokenId}: its status is ENABLED, and its record leads to DISABLED`,
    ]);
  });
});

describe('a company that is not what its own record leads to is found', () => {
  const own = 'the company’s own record: its ';

  it.each<[string, () => void, () => string[]]>([
    [
      'its policy',
      () => alter(companies.at('DEMO'), { authorizationPolicy: 'HOLDER' }),
      () => [`${own}authorizationPolicy is HOLDER, and its record leads to REQUESTER`],
    ],
    [
      'its name',
      () => alter(companies.at('DEMO'), { name: 'Otra' }),
      () => [`${own}name is Otra, and its record leads to Demo`],
    ],
    [
      'an administrator who is none any more',
      () => alter(users.at(company.admin.userId), { role: 'SECONDARY' }),
      () => [
        `${own}user user-admin.administrator is false, and its record leads to true`,
        `token ${company.admin.tokenId}: its holder’s profile.role is SECONDARY, and its record leads to ADMINISTRATOR`,
      ],
    ],
  ])('%s', async (_name, tamper, expected) => {
    tamper();
    expect((await verify()).found).toEqual(expected());
  });
});

describe('a decision is proven by the key that the enrolment recorded', () => {
  it('or is found: the phone that decided has another key now', async () => {
    alter(devices.at(company.admin.userId, company.adminPhone.deviceId), {
      signingKey: company.holderPhone.enrolment.signingKey,
    });
    const { found } = await verify(company.holder.tokenId);
    const fault = `the key of the phone ${company.adminPhone.deviceId} that decided is not the one that its enrolment recorded`;
    expect(found).toEqual([
      expect.stringMatching(`^token ${company.holder.tokenId}, event \\d+: ${fault}$`),
      expect.stringMatching(`^token ${company.holder.tokenId}, event \\d+: ${fault}$`),
    ]);
  });

  it.each([
    { name: 'says what another decision says', decision: (one: string, other: string) => other || one },
    { name: 'was altered', decision: (one: string) => `${one.slice(0, -4)}AAAA` },
  ])('or is found: the recorded decision $name', async ({ decision }) => {
    const [first, , last] = company.changeIds.map((changeId) => changes.at('DEMO', changeId));
    if (!first || !last) throw new Error('There are three changes');
    const [one, other] = [stored(company.world, first), stored(company.world, last)];
    if (!one?.authorization?.recorded || !other?.authorization?.recorded) throw new Error('Both were decided');
    const jws = decision(one.authorization.recorded.jws, other.authorization.recorded.jws);
    alter(first, { authorization: { ...one.authorization, recorded: { ...one.authorization.recorded, jws } } });
    expect((await verify()).found).toEqual([
      expect.stringContaining(`the phone ${company.adminPhone.deviceId} has not signed this decision`),
    ]);
  });
});

it('follows the company’s own record too: an event edited, a head set back and an end cut off are found', async () => {
  archiveRecord(company, archive);
  const [first, last] = [recordEvents.at('DEMO', COMPANY_RECORD, 1), recordEvents.at('DEMO', COMPANY_RECORD, 2)];
  const { recordHead } = stored(company.world, companies.at('DEMO')) ?? {};
  expect(recordHead?.seq).toBe(2);
  alter(first, { details: { name: 'Demo', policy: 'HOLDER', requestId: 'run-1' } });
  expect((await verify()).found).toEqual([
    'the company’s own record, event 1: the event was edited: its hash, its key or its place in the list is not that of what it says',
  ]);
  alter(companies.at('DEMO'), { recordHead: { seq: 1, hash: 'set back' } });
  expect((await verify(COMPANY_RECORD)).found).toEqual([
    'the company’s own record, event 1: the event was edited: its hash, its key or its place in the list is not that of what it says',
    'the company’s own record, event 1: the company names event 1 as its last, the record ends with 2',
  ]);
  const { pk, sk } = last.key;
  const Key = { pk, sk };
  await company.world.services.tables.client().send(new DeleteCommand({ TableName: TABLE_NAMES.record, Key }));
  expect((await verify(COMPANY_RECORD)).found).toContain(
    'the company’s own record, event 2: archived event is missing from the end of the record (truncated)',
  );
});

it.each([
  ['moved to another place in', '2020-01-01T00:00:00.000Z#000000000001#-#COMPANY_CREATED'],
  ['taken out of', undefined],
])('finds an event %s the list of its company, whose hash is right', async (_, listSk) => {
  alter(recordEvents.at('DEMO', COMPANY_RECORD, 1), { listSk } as object);
  expect((await verify(COMPANY_RECORD)).found).toEqual([
    'the company’s own record, event 1: the event was edited: its hash, its key or its place in the list is not that of what it says',
  ]);
});

it('compares what is written while it reads with the record as it then is', async () => {
  const { world, admin, adminPhone, holder } = company;
  const tables = [TABLE_NAMES.main, TABLE_NAMES.record];
  const items = () => tables.map((name) => world.services.tables.items(name));
  const before = items();
  await change({ world, admin, adminPhone, tokenId: holder.tokenId }, 'BLOCK');
  const after = items();
  const write = (state: ReturnType<typeof items>) =>
    tables.forEach((name, index) => {
      world.services.tables.seed(name, state[index] ?? []);
    });
  write(before);
  const { pk, sk } =
    after[1]?.find((event) => !before[1]?.some(({ sk, pk }) => sk === event.sk && pk === event.pk)) ?? {};
  await world.services.tables.client().send(new DeleteCommand({ TableName: TABLE_NAMES.record, Key: { pk, sk } }));
  let reads = 0;
  world.refusals.push(({ operation, input }) => {
    // The phones are read after their token, and before the token is read again.
    const isHolders = ['DEVICE#', holder.userId].every((part) => JSON.stringify(input).includes(part));
    if (operation === 'Query' && isHolders && ++reads === 1) write(after);
    return undefined;
  });
  expect((await verify()).found).toEqual([]);
  expect({ reads, status: stored(world, holderToken())?.status }).toEqual({ reads: 2, status: 'BLOCKED' });
});
