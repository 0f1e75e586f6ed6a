import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface IdentityProps {
  /** True if the pool outlives the stack and refuses to be deleted. */
  readonly retainData: boolean;
  /** Prefix of the hosted login's domain, unique among all of a region's pools. */
  readonly loginDomainPrefix: string;
  /** Origin of the administrators' web front, to whose `/callback` the login returns. */
  readonly consoleOrigin: string;
  /** Origin of the phone's page, to whose `/callback` the login returns. */
  readonly phoneOrigin: string;
}

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
      standardAttributes: { email: { required: true, mutable: true }, fullname: { required: false, mutable: true } },
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
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { sms: false, otp: true },
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      userInvitation: {
        emailSubject: 'Llavero: su acceso / your access',
        emailBody:
          'Su usuario es {username} y su contraseña temporal es {####}<br>' +
          'Your username is {username} and your temporary password is {####}',
      },
      deletionProtection: props.retainData,
      removalPolicy: props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(this.userPool).acknowledge({
      id: 'AwsSolutions-COG2',
      reason:
        'MFA at sign-in is offered, not forced: what a sign-in can do is held until an enrolled phone signs it, ' +
        'and the bank’s own identity provider, federated here, decides on its factors.',
    });

    this.domain = this.userPool.addDomain('Login', { cognitoDomain: { domainPrefix: props.loginDomainPrefix } });

    const consoleScope = new ResourceServerScope({ scopeName: 'console', scopeDescription: 'Administers tokens' });
    const appScope = new ResourceServerScope({ scopeName: 'app', scopeDescription: 'Enrols a phone and authorizes' });
    const otpScope = new ResourceServerScope({ scopeName: 'otp', scopeDescription: 'Verifies one-time codes' });
    const api = this.userPool.addResourceServer('Api', {
      identifier: 'llavero',
      scopes: [consoleScope, appScope, otpScope],
    });

    const forPeople = (origin: string, scopes: OAuthScope[], refreshTokenValidity: Duration) => ({
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(60),
      idTokenValidity: Duration.minutes(60),
      refreshTokenValidity,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes,
        callbackUrls: [`${origin}/callback`],
        logoutUrls: [`${origin}/`],
      },
    });

    this.consoleClient = this.userPool.addClient(
      'Console',
      forPeople(
        props.consoleOrigin,
        [OAuthScope.OPENID, OAuthScope.resourceServer(api, consoleScope)],
        Duration.hours(10),
      ),
    );
    this.appClient = this.userPool.addClient(
      'App',
      forPeople(props.phoneOrigin, [OAuthScope.OPENID, OAuthScope.resourceServer(api, appScope)], Duration.days(30)),
    );
    this.otpClient = this.userPool.addClient('Otp', {
      generateSecret: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(60),
      oAuth: { flows: { clientCredentials: true }, scopes: [OAuthScope.resourceServer(api, otpScope)] },
    });
  }
}
