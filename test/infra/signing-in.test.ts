import { parseSettings } from '../../infra/settings.ts';
import {
  DEPLOYED_STAGE,
  findOnlyProperties,
  findResources,
  type StageTemplate,
  synthesizeStage,
} from './synthesized-stage.ts';

const SAML = { kind: 'SAML', name: 'Bank', metadataUrl: 'https://login.bank.example/metadata' };
const OIDC = {
  kind: 'OIDC',
  name: 'Bank',
  issuerUrl: 'https://login.bank.example',
  clientId: 'llavero',
  clientSecretName: 'llavero/oidc',
};

/** Everything that a bank may set of its own. */
const OWN = { identityProvider: OIDC, loginBrand: 'test/data/login-brand.json', threatProtection: 'FULL_FUNCTION' };

const synthesize = (settings: object) => synthesizeStage({ ...DEPLOYED_STAGE, ...settings }).readTemplate('Data');
const clients = (template: StageTemplate) =>
  findResources(template, 'AWS::Cognito::UserPoolClient').map(([, { Properties }]) => Properties);

describe('a stage without an identity provider of the bank’s', () => {
  it('lets people sign in with the pool’s passwords, by the login’s pages alone, and write nothing of theirs', () => {
    const template = synthesize({});
    const made = clients(template);
    // The custom flow takes triggers, and the pool has none.
    expect(findOnlyProperties(template, 'AWS::Cognito::UserPool').LambdaConfig).toBeUndefined();
    expect(made.map(({ ExplicitAuthFlows }) => ExplicitAuthFlows)).toEqual([
      ['ALLOW_CUSTOM_AUTH'],
      ['ALLOW_CUSTOM_AUTH'],
      ['ALLOW_REFRESH_TOKEN_AUTH'],
    ]);
    const rotated = { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 };
    expect(made.map(({ RefreshTokenRotation }) => RefreshTokenRotation)).toEqual([rotated, rotated, undefined]);
    expect(made.map(({ WriteAttributes }) => WriteAttributes)).toEqual(Array(3).fill(['locale']));
    expect(made.map(({ SupportedIdentityProviders }) => SupportedIdentityProviders)).toEqual([
      ['COGNITO'],
      ['COGNITO'],
      ['COGNITO'],
    ]);
    // Without that scope an access token is of no use at the pool.
    expect(JSON.stringify(made)).not.toContain('aws.cognito.signin.user.admin');
  });

  it('requires of the pool’s users no attribute that a client would have to let them write', () => {
    const { Schema } = findOnlyProperties(synthesize({}), 'AWS::Cognito::UserPool');
    expect((Schema as { Required: boolean }[]).filter(({ Required }) => Required)).toEqual([]);
  });

  it('signs in at the console’s origin, and at those of the bank’s own fronts, by the console’s client alone', () => {
    const frontOrigins = ['https://front.bank.example'];
    const addresses = (settings: object) =>
      clients(synthesize(settings)).map(({ CallbackURLs = [], LogoutURLs = [] }) => [CallbackURLs, LogoutURLs].flat());
    const phone = ['https://phone.example.com/callback', 'https://phone.example.com/'];
    expect(addresses({})).toEqual([
      ['https://console.example.com/callback', 'https://console.example.com/'],
      phone,
      [],
    ]);
    expect(addresses({ frontOrigins })).toEqual([
      [
        'https://console.example.com/callback',
        'https://front.bank.example/callback',
        'https://console.example.com/',
        'https://front.bank.example/',
      ],
      phone,
      [],
    ]);
  });

  it('lets the same origins call the API, each by its own name', () => {
    const allowed = (settings: object) =>
      new Set(
        findResources(
          synthesizeStage({ ...DEPLOYED_STAGE, ...settings }).readTemplate('Service'),
          'AWS::Lambda::Function',
        ).flatMap(([, { Properties }]) => {
          const { Variables } = (Properties.Environment ?? {}) as { Variables?: Record<string, string> };
          return Variables?.ALLOWED_ORIGINS ?? [];
        }),
      );
    const own = 'https://console.example.com,https://phone.example.com';
    expect(allowed({})).toEqual(new Set([own]));
    expect(allowed({ frontOrigins: ['https://front.bank.example'] })).toEqual(
      new Set([`${own},https://front.bank.example`]),
    );
  });

  it('acts on threats once the bank says so', () => {
    expect(findOnlyProperties(synthesize(OWN), 'AWS::Cognito::UserPool').UserPoolAddOns).toEqual({
      AdvancedSecurityMode: 'ENFORCED',
    });
  });
});

describe('a stage with the bank’s own identity provider', () => {
  it.each([
    ['SAML', { identityProvider: SAML }, { MetadataURL: SAML.metadataUrl, IDPSignout: false }],
    [
      'OIDC',
      OWN,
      {
        oidc_issuer: OIDC.issuerUrl,
        client_id: 'llavero',
        client_secret: '{{resolve:secretsmanager:llavero/oidc:SecretString:::}}',
        authorize_scopes: 'openid',
        attributes_request_method: 'GET',
      },
    ],
  ])('lets people sign in there alone: %s', (ProviderType, settings, ProviderDetails) => {
    const template = synthesize(settings);
    expect(findOnlyProperties(template, 'AWS::Cognito::UserPoolIdentityProvider')).toEqual(
      expect.objectContaining({ ProviderType, ProviderName: 'Bank', ProviderDetails }),
    );
    const ref = { Ref: findResources(template, 'AWS::Cognito::UserPoolIdentityProvider')[0]?.[0] };
    const people = clients(template).filter(({ GenerateSecret }) => !GenerateSecret);
    expect(people.map(({ SupportedIdentityProviders }) => SupportedIdentityProviders)).toEqual([[ref], [ref]]);
  });

  it('tells the import which provider’s subjects its users are', () => {
    const { Outputs } = synthesizeStage({ ...DEPLOYED_STAGE, identityProvider: SAML }).readTemplate('Service');
    expect(Outputs?.IdentityProvider?.Value).toBe('Bank');
    expect(synthesizeStage(DEPLOYED_STAGE).readTemplate('Service').Outputs).not.toHaveProperty('IdentityProvider');
  });

  it('may be given as JSON, on the command line', () => {
    const given = parseSettings({ ...DEPLOYED_STAGE, identityProvider: JSON.stringify(OIDC) });
    expect(given.identityProvider).toEqual(OIDC);
  });

  it.each([
    ['another kind', { ...SAML, kind: 'LDAP' }, /identityProvider\.kind/],
    ['metadata in the clear', { ...SAML, metadataUrl: 'http://login.bank.example' }, /identityProvider\.metadataUrl/],
    ['a name of Cognito’s own', { ...SAML, name: 'COGNITO' }, /identityProvider\.name/],
    ['a secret in place of its name', { ...OIDC, clientSecret: 'x' }, /identityProvider/],
    ['no client', { ...OIDC, clientId: '' }, /identityProvider\.clientId/],
    ['text', 'Bank', /identityProvider/],
  ])('is refused with %s', (_, identityProvider, line) => {
    expect(() => parseSettings({ ...DEPLOYED_STAGE, identityProvider })).toThrow(line);
  });
});

describe('the login’s pages', () => {
  const brands = (template: StageTemplate) =>
    findResources(template, 'AWS::Cognito::ManagedLoginBranding').map(([, { Properties }]) => Properties);

  it('are the managed ones, with Cognito’s own look where the bank gives none, for each client of people', () => {
    const template = synthesize({});
    expect(findOnlyProperties(template, 'AWS::Cognito::UserPoolDomain').ManagedLoginVersion).toBe(2);
    expect(brands(template).map(({ UseCognitoProvidedValues }) => UseCognitoProvidedValues)).toEqual([true, true]);
  });

  it('have the bank’s look out of the designer’s file', () => {
    const Assets = [{ Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'SVG', Bytes: 'PHN2Zy8+' }];
    const Settings = { categories: { global: { colorSchemeMode: 'LIGHT' } } };
    expect(brands(synthesize(OWN))).toEqual(Array(2).fill(expect.objectContaining({ Settings, Assets })));
  });

  it('are refused a file that is none, in one line', () => {
    expect(() => parseSettings({ ...DEPLOYED_STAGE, loginBrand: 'test/data/none.json' })).toThrow(
      /loginBrand: .*none\.json is not there/,
    );
  });

  it('of a local stage are the engine’s own, and ask for no second factor: its users have the demo password', () => {
    const local = synthesizeStage({}).readTemplate('Data');
    expect(brands(local)).toEqual([]);
    expect(findOnlyProperties(local, 'AWS::Cognito::UserPool').MfaConfiguration).toBe('OPTIONAL');
  });
});
