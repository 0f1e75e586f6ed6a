import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountState } from '../../../scripts/deploy/account-state.ts';
import {
  findMailIdentity,
  findMissing,
  listQuotaServices,
  listSecrets,
  type ReckonedQuota,
} from '../../../scripts/deploy/readiness.ts';
import type { StageSettings } from '../../../scripts/deploy/stage-account.ts';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000';
const quotas: ReckonedQuota[] = JSON.parse(
  readFileSync(join(__dirname, '../../../bench/capacity/quotas.json'), 'utf8'),
);

const settings: StageSettings = {
  account: '123456789012',
  region: 'us-east-1',
  noticeSender: 'avisos@bank.example',
};

/** The quotas that are listed: AWS's defaults, but for those given; one that is undefined is not listed. */
function listedQuotas(others: Record<string, number | undefined>): AccountState['quotas'] {
  return new Map(
    listQuotaServices(quotas).map((service) => {
      const listed = quotas.flatMap(({ id, value, named }) => {
        const has = id in others ? others[id] : value;
        return named?.service === service && has !== undefined ? [[named.name, has] as const] : [];
      });
      return [service, { value: new Map(listed) }];
    }),
  );
}

/** An account that has all that a stage needs. */
const whole: AccountState = {
  concurrency: { value: 1000 },
  gateway: { value: { logRole: 'arn:aws:iam::123456789012:role/gateway-logs', requestsPerSecond: 10_000 } },
  mail: { value: { outOfSandbox: true, mailsPerSecond: 14 } },
  identityVerified: { value: true },
  quotas: listedQuotas({}),
  secrets: new Map([
    ['llavero/production/fcm', { value: { keyArn: 'default' } }],
    ['llavero/production/apns', { value: { keyArn: 'default' } }],
  ]),
};

const judge = (state: Partial<AccountState>, of: Partial<StageSettings> = {}) =>
  findMissing({ ...settings, ...of }, { ...whole, ...state }, quotas).map(
    ({ stops, line }) => `${stops ? '✘' : '•'} ${line}`,
  );

it('finds nothing missing where the account has it all', () => {
  expect(judge({})).toEqual([]);
});

it.each<[string, Partial<AccountState>, string]>([
  [
    'a secret is not there',
    { secrets: new Map([['llavero/production/fcm', { value: undefined }]]) },
    '✘ Secrets Manager has no secret llavero/production/fcm',
  ],
  [
    'a secret is under a key that the stage does not name',
    { secrets: new Map([['llavero/production/fcm', { value: { keyArn: KEY } }]]) },
    `✘ Secret llavero/production/fcm is under the key ${KEY}: set secretsKeyArn`,
  ],
  [
    'API Gateway may write no logs',
    { gateway: { value: { logRole: undefined, requestsPerSecond: 10_000 } } },
    '✘ API Gateway has no role to write logs as',
  ],
  ['the account is new', { concurrency: { value: 10 } }, '• Lambda: 10, where docs/capacity.md reckons with 1000'],
  [
    'the gateway lets fewer requests through',
    { gateway: { value: { logRole: 'role', requestsPerSecond: 500 } } },
    '• API Gateway: 500, where docs/capacity.md reckons with 10000',
  ],
  [
    'SES is in its sandbox',
    { mail: { value: { outOfSandbox: false, mailsPerSecond: 14 } } },
    '• SES is in its sandbox',
  ],
  [
    'SES sends slowly',
    { mail: { value: { outOfSandbox: true, mailsPerSecond: 1 } } },
    '• SES: 1, where docs/capacity.md reckons with 14',
  ],
  ['the sender is not verified', { identityVerified: { value: false } }, '• SES has not verified bank.example'],
  ['SES does not know the sender', { identityVerified: { value: undefined } }, '• SES has not verified bank.example'],
  ...quotas.flatMap(({ id, value, named }): [string, Partial<AccountState>, string][] =>
    named
      ? [
          [
            `the account’s quota ${id} is lower`,
            { quotas: listedQuotas({ [id]: value - 1 }) },
            `• ${named.service}: ${value - 1}, where docs/capacity.md reckons with ${value} (${id})`,
          ],
        ]
      : [],
  ),
  [
    'Service Quotas lists a quota by another name',
    { quotas: listedQuotas({ 'kms-ecc': undefined }) },
    '• Service Quotas of kms lists none by the name of kms-ecc: look yourself',
  ],
  [
    'Service Quotas does not answer',
    { quotas: new Map([['states', { unread: 'HTTP 403' }]]) },
    '• The quotas of states could not be read (HTTP 403): look yourself',
  ],
  [
    'AWS does not say',
    { concurrency: { unread: 'AccessDeniedException' } },
    '• Lambda’s limits could not be read (AccessDeniedException): look yourself',
  ],
])('says in one line that %s', (_, state, line) => {
  expect(judge(state)).toEqual([expect.stringContaining(line)]);
});

it('says first what stops a deployment', () => {
  const lines = judge({ concurrency: { value: 10 }, gateway: { value: { logRole: undefined, requestsPerSecond: 9 } } });
  expect(lines.map((line) => line[0])).toEqual(['✘', '•', '•']);
});

it('takes a secret under the key that the stage names', () => {
  const secrets: AccountState['secrets'] = new Map([['llavero/production/fcm', { value: { keyArn: KEY } }]]);
  expect(judge({ secrets }, { secretsKeyArn: KEY })).toEqual([]);
});

it('asks nothing of SES where a stage mails no notices', () => {
  const silent: Partial<StageSettings> = { noticeSender: undefined };
  const state: Partial<AccountState> = {
    mail: { unread: 'AccessDeniedException' },
    identityVerified: { value: false },
  };
  expect(judge(state, silent)).toEqual([]);
  expect(findMailIdentity({ ...settings, ...silent })).toBeUndefined();
  expect(findMailIdentity({ ...settings, noticeIdentity: 'avisos@bank.example' })).toBe('avisos@bank.example');
});

it('looks for the secrets that a stage names, the usual ones, and that of an address for events where there is one', () => {
  expect(listSecrets('production', settings)).toEqual(['llavero/production/fcm', 'llavero/production/apns']);
  const named = { ...settings, fcmSecretName: 'bank/fcm', eventDestinationUrl: 'https://events.bank.example/' };
  expect(listSecrets('production', named)).toEqual([
    'bank/fcm',
    'llavero/production/apns',
    'llavero/production/events',
  ]);
});

it('looks at every quota that the capacity page reckons with, but for those that AWS lists nowhere', () => {
  const lookedAtElsewhere = ['lambda-concurrency', 'api-requests', 'ses-send'];
  const unlisted = quotas.filter(({ id, named }) => !named && !lookedAtElsewhere.includes(id)).map(({ id }) => id);
  expect(unlisted).toEqual(['sns-endpoints', 'new-table-writes']);
});
