import { applicationAttributes, PushCredentialsError } from '../../../functions/push-application/credentials.ts';

const aServiceAccount = {
  type: 'service_account',
  project_id: 'p',
  client_email: 'e',
  private_key: 'k',
  token_uri: 'u',
};
const aSigningKey = { signingKey: 'key', signingKeyId: 'id', teamId: 'team', bundleId: 'bundle' };

it('takes a Firebase service account whole, as its console gives it', () => {
  expect(applicationAttributes('GCM', JSON.stringify(aServiceAccount))).toEqual({
    PlatformCredential: JSON.stringify(aServiceAccount),
  });
});

it('takes a signing key of Apple with what it belongs to', () => {
  expect(applicationAttributes('APNS', JSON.stringify(aSigningKey))).toEqual({
    PlatformCredential: 'key',
    PlatformPrincipal: 'id',
    ApplePlatformTeamID: 'team',
    ApplePlatformBundleID: 'bundle',
  });
});

it.each([
  { why: 'text that is not JSON', platform: 'GCM', secret: 'AIza-secret', message: 'The secret is not JSON' },
  {
    why: 'a key of the old FCM protocol',
    platform: 'GCM',
    secret: JSON.stringify({ ...aServiceAccount, type: 'server_key' }),
    message: 'The secret lacks or misstates: type',
  },
  {
    why: 'a service account without its key',
    platform: 'GCM',
    secret: JSON.stringify({ ...aServiceAccount, private_key: undefined }),
    message: 'The secret lacks or misstates: private_key',
  },
  {
    why: 'a signing key without its team, and empty',
    platform: 'APNS',
    secret: JSON.stringify({ ...aSigningKey, teamId: undefined, signingKey: '' }),
    message: 'The secret lacks or misstates: signingKey, teamId',
  },
  {
    why: 'a certificate in the place of a signing key',
    platform: 'APNS',
    secret: JSON.stringify({ ...aSigningKey, certificate: 'c' }),
    message: 'The secret lacks or misstates: unrecognized_keys',
  },
] as const)('refuses $why, naming members and no value', ({ platform, secret, message }) => {
  expect(() => applicationAttributes(platform, secret)).toThrow(new PushCredentialsError(message));
});
