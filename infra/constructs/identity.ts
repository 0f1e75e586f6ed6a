import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPool,
  ClientAttributes,
  FeaturePlan,
  type IUserPoolIdentityProvider,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolDomain,
  UserPoolEmail,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { Duration, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { IdentityProvider, LoginBrand } from '../login-settings.ts';
import type { NoticeSender } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';

export interface IdentityProps {
  /** True if the pool outlives the stack and refuses to be deleted. */
  readonly retainData: boolean;
  /** True if whoever signs in by password needs a second factor. */
  readonly requireMfa: boolean;
  readonly threatProtection: 'AUDIT_ONLY' | 'FULL_FUNCTION';
  /** The bank's own identity provider; by default people sign in with the pool's passwords. */
  readonly provider: IdentityProvider | undefined;
  /** The login's pages in the person's language and the bank's look; by default the classic ones. */
  readonly managedLogin?: { readonly brand: LoginBrand | undefined };
  /** From whom the pool mails; by default from an address of Cognito's, 50 mails a day. */
  readonly mailSender: NoticeSender | undefined;
  /** Prefix of the hosted login's domain, unique among all of a region's pools. */
  readonly loginDomainPrefix: string;
  /** Origin of the administrators' web front, to whose `/callback` the login returns. */
  readonly consoleOrigin: string;
  /** Origins of the bank's own fronts, which sign in as the console does. */
  readonly frontOrigins: readonly string[];
  /** Origin of the phone's page, to whose `/callback` the login returns. */
  readonly phoneOrigin: string;
}

/** Names no flow: the CDK adds refreshing to what is named, and Cognito its own defaults where nothing is. */
const REFRESHING_ONLY = { user: false } as const;

/** A flow that nobody can take, for a pool without triggers: rotation allows no refreshing flow, and Cognito wants one. */
const NO_FLOW = { custom: true } as const;

/** Who people and systems are: the pool, its hosted login, and one client per kind of caller, each with its own scope. */
export class Identity extends Construct {
  readonly userPool: UserPool;
  readonly domain: UserPoolDomain;
  readonly consoleClient: UserPoolClient;
  readonly appClient: UserPoolClient;
  readonly otpClient: UserPoolClient;

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);

    this.userPool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      signInCaseSensitive: false,
      // Not required: an app client may have to let people write what is. The import gives everybody an address.
      standardAttributes: { email: { required: false, mutable: true }, fullname: { required: false, mutable: true } },
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      // The login's pages let a person set one up only where it is required.
      mfa: props.requireMfa ? Mfa.REQUIRED : Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode[props.threatProtection],
      userInvitation: {
        emailSubject: 'Llavero: su acceso / your access',
        emailBody:
          'Su usuario es {username} y su contraseña temporal es {####}<br>' +
          'Your username is {username} and your temporary password is {####}',
      },
      ...(props.mailSender ? { email: UserPoolEmail.withSES({ fromEmail: props.mailSender.address }) } : {}),
      deletionProtection: props.retainData,
      removalPolicy: props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (props.mailSender) this.mailFrom(props.mailSender.identity);
    if (!props.requireMfa) {
      acknowledge(
        this.userPool,
        ['AwsSolutions-COG2'],
        'A local stage: demo users share a password, and have no factor.',
      );
    }
    if (props.threatProtection === 'AUDIT_ONLY') {
      const reason = 'AWS advises two weeks of audit before a new pool acts; the setting threatProtection ends them.';
      acknowledge(this.userPool, ['AwsSolutions-COG3'], reason);
    }

    this.domain = this.userPool.addDomain('Login', {
      cognitoDomain: { domainPrefix: props.loginDomainPrefix },
      ...(props.managedLogin ? { managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN } : {}),
    });
    const provider = props.provider && this.addProvider(props.provider);

    const consoleScope = new ResourceServerScope({ scopeName: 'console', scopeDescription: 'Administers tokens' });
    const appScope = new ResourceServerScope({ scopeName: 'app', scopeDescription: 'Enrols a phone and authorizes' });
    const otpScope = new ResourceServerScope({ scopeName: 'otp', scopeDescription: 'Verifies one-time codes' });
    const api = this.userPool.addResourceServer('Api', {
      identifier: 'llavero',
      scopes: [consoleScope, appScope, otpScope],
    });

    const forPeople = (origins: readonly string[], scopes: OAuthScope[], refreshTokenValidity: Duration) => ({
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      // Nobody signs in but on the login's pages.
      authFlows: NO_FLOW,
      // A refresh token is good once (RFC 9700, 4.14.2); where its answer was lost, for a minute more.
      refreshTokenRotationGracePeriod: Duration.minutes(1),
      // An empty list would mean all of them. Nothing reads this one, and no scope lets a person write it.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      supportedIdentityProviders: [
        provider
          ? UserPoolClientIdentityProvider.custom(provider.providerName)
          : UserPoolClientIdentityProvider.COGNITO,
      ],
      accessTokenValidity: Duration.minutes(60),
      idTokenValidity: Duration.minutes(60),
      refreshTokenValidity,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes,
        callbackUrls: origins.map((origin) => `${origin}/callback`),
        logoutUrls: origins.map((origin) => `${origin}/`),
      },
    });

    this.consoleClient = this.userPool.addClient(
      'Console',
      forPeople(
        [props.consoleOrigin, ...props.frontOrigins],
        [OAuthScope.OPENID, OAuthScope.resourceServer(api, consoleScope)],
        Duration.hours(10),
      ),
    );
    this.appClient = this.userPool.addClient(
      'App',
      forPeople([props.phoneOrigin], [OAuthScope.OPENID, OAuthScope.resourceServer(api, appScope)], Duration.days(30)),
    );
    this.otpClient = this.userPool.addClient('Otp', {
      generateSecret: true,
      enableTokenRevocation: true,
      authFlows: REFRESHING_ONLY,
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      accessTokenValidity: Duration.minutes(60),
      oAuth: { flows: { clientCredentials: true }, scopes: [OAuthScope.resourceServer(api, otpScope)] },
    });
    if (props.managedLogin) this.dress({ Console: this.consoleClient, App: this.appClient }, props.managedLogin.brand);
  }

  /** Names the identity, which may be a domain above that of the address: the CDK takes the address for one. */
  private mailFrom(resourceName: string): void {
    const arn = Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName });
    const pool = this.userPool.node.defaultChild;
    if (pool instanceof CfnUserPool) pool.addPropertyOverride('EmailConfiguration.SourceArn', arn);
  }

  private addProvider(provider: IdentityProvider): IUserPoolIdentityProvider {
    const { userPool } = this;
    const { name } = provider;
    if (provider.kind === 'SAML') {
      const metadata = UserPoolIdentityProviderSamlMetadata.url(provider.metadataUrl);
      return new UserPoolIdentityProviderSaml(this, 'Provider', { userPool, name, metadata });
    }
    const { issuerUrl, clientId, clientSecretName } = provider;
    return new UserPoolIdentityProviderOidc(this, 'Provider', {
      userPool,
      name,
      issuerUrl,
      clientId,
      // CloudFormation reads it: the template has its name alone.
      clientSecret: SecretValue.secretsManager(clientSecretName).unsafeUnwrap(),
      scopes: ['openid'],
    });
  }

  /** Without a look of its own, a client has no pages at all. */
  private dress(clients: Readonly<Record<string, UserPoolClient>>, brand: LoginBrand | undefined): void {
    for (const [name, client] of Object.entries(clients)) {
      new CfnManagedLoginBranding(this, `${name}Brand`, {
        userPoolId: this.userPool.userPoolId,
        clientId: client.userPoolClientId,
        ...(brand
          ? {
              settings: brand.Settings,
              assets: brand.Assets.map(({ Category, ColorMode, Extension, Bytes }) => {
                return { category: Category, colorMode: ColorMode, extension: Extension, bytes: Bytes };
              }),
            }
          : { useCognitoProvidedValues: true }),
      });
    }
  }
}
