import { randomBytes } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminLinkProviderForUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  CodeDeliveryFailureException,
  CognitoIdentityProviderClient,
  InvalidParameterException,
  LimitExceededException,
  UnsupportedUserStateException,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { AdaptiveRetryStrategy } from '@smithy/core/retry';
import type { Stack } from '../stack.ts';

/** The pool takes no such username or address: the line is bad. */
export class RefusedByPoolError extends Error {
  override readonly name = 'RefusedByPoolError';
}

/** A user as the pool has them. */
export interface PooledUser {
  readonly sub: string;
  readonly email: string | undefined;
  readonly enabled: boolean;
  /** True until they have chosen a password of their own. */
  readonly neverSignedIn: boolean;
}

/** A user who is in the pool now, and whether an invitation is on its way to them where they should have one. */
export interface EnsuredUser {
  readonly userId: string;
  readonly invitation: Invitation;
}

/** `LEFT` where the pool may send no more mails: somebody has to load with `--invite` later. */
export type Invitation = 'SENT' | 'LEFT' | 'NOT_NEEDED';

/** Tries of one call: the pool's administrative calls are few a second, so waiting is part of loading many. */
const TRIES = 10;

/** Retries as the pool's limits ask for; a day's mails that are used up are no limit that passes by waiting. */
export class PoolRetries extends AdaptiveRetryStrategy {
  constructor() {
    super(TRIES);
  }

  override async refreshRetryTokenForRetry(
    ...[token, failure]: Parameters<AdaptiveRetryStrategy['refreshRetryTokenForRetry']>
  ): ReturnType<AdaptiveRetryStrategy['refreshRetryTokenForRetry']> {
    if (failure.error instanceof LimitExceededException) throw failure.error;
    return super.refreshRetryTokenForRetry(token, failure);
  }
}

/** The parts of a deployment that its pool of users is known by. */
export type PoolOwner = Pick<Stack, 'clientSettings' | 'userPoolId' | 'demoPassword' | 'identityProvider'>;

/** The users of one pool, as far as loading them goes. Every call may be repeated. */
export class UserPool {
  private readonly client: CognitoIdentityProviderClient;
  private readonly userPoolId: string;
  /** Given to new users in place of the pool's invitation. */
  private readonly password: string | undefined;
  /** The bank's own identity provider, where people sign in there: its subject is the username. */
  private readonly provider: string | undefined;
  /** False once the pool has said that it sends no more mails for now. */
  private sendsMails = true;

  constructor({ clientSettings, userPoolId, demoPassword, identityProvider }: PoolOwner) {
    this.client = new CognitoIdentityProviderClient({
      ...clientSettings,
      retryStrategy: new PoolRetries(),
      requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    });
    this.userPoolId = userPoolId;
    this.password = demoPassword;
    this.provider = identityProvider;
  }

  /** True where the pool gives people their first password: neither this run does, nor the bank's own provider. */
  private get invites(): boolean {
    return this.password === undefined && this.provider === undefined;
  }

  /** The user as they are, or undefined where the pool has none of that name. */
  async find(username: string): Promise<PooledUser | undefined> {
    try {
      const { Enabled, UserAttributes, UserStatus } = await this.client.send(
        new AdminGetUserCommand(this.user(username)),
      );
      return {
        sub: findSub(UserAttributes),
        email: UserAttributes?.find(({ Name }) => Name === 'email')?.Value,
        enabled: Enabled !== false,
        neverSignedIn: UserStatus === 'FORCE_CHANGE_PASSWORD',
      };
    } catch (error) {
      if (error instanceof UserNotFoundException) return undefined;
      throw error;
    }
  }

  /** Creates the user, or takes over one whom no company has, and lets in nobody who had a password before. */
  async ensureUser(username: string, email: string, { enabled }: { enabled: boolean }): Promise<EnsuredUser> {
    const invites = enabled && this.invites;
    const ensured = (await this.create(username, email, invites)) ?? (await this.takeOver(username, email, invites));
    if (this.password) {
      await this.client.send(
        new AdminSetUserPasswordCommand({ ...this.user(username), Password: this.password, Permanent: true }),
      );
    }
    if (this.provider) await this.link(username, this.provider);
    return ensured;
  }

  /** Makes whoever signs in at the provider under that name this user, and no new one. */
  private async link(username: string, ProviderName: string): Promise<void> {
    const { UserPoolId } = this.user(username);
    try {
      await this.client.send(
        new AdminLinkProviderForUserCommand({
          UserPoolId,
          DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: username },
          SourceUser: { ProviderName, ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue: username },
        }),
      );
    } catch (error) {
      // Linking again is an error.
      if (!(error instanceof InvalidParameterException && (await this.isLinked(username, ProviderName)))) throw error;
    }
  }

  private async isLinked(username: string, providerName: string): Promise<boolean> {
    const { UserAttributes } = await this.client.send(new AdminGetUserCommand(this.user(username)));
    const identities: unknown = JSON.parse(UserAttributes?.find(({ Name }) => Name === 'identities')?.Value ?? '[]');
    return (
      Array.isArray(identities) &&
      identities.some((each) => each?.providerName === providerName && each?.userId === username)
    );
  }

  async updateEmail(username: string, email: string): Promise<void> {
    await refusedAsBadLine(() =>
      this.client.send(
        new AdminUpdateUserAttributesCommand({ ...this.user(username), UserAttributes: emailAttributes(email) }),
      ),
    );
  }

  /** Lets the user sign in no more, and ends their sessions. One whom the pool does not have is disabled enough. */
  async disable(username: string): Promise<void> {
    try {
      await this.client.send(new AdminDisableUserCommand(this.user(username)));
      await this.client.send(new AdminUserGlobalSignOutCommand(this.user(username)));
    } catch (error) {
      if (!(error instanceof UserNotFoundException)) throw error;
    }
  }

  async enable(username: string): Promise<void> {
    await this.client.send(new AdminEnableUserCommand(this.user(username)));
  }

  /** Sends the invitation again, with a new temporary password, to one who has never signed in. */
  async invite(username: string): Promise<Invitation> {
    if (!this.invites) return 'NOT_NEEDED';
    if (!this.sendsMails) return 'LEFT';
    try {
      await this.client.send(
        new AdminCreateUserCommand({
          ...this.user(username),
          MessageAction: 'RESEND',
          DesiredDeliveryMediums: ['EMAIL'],
        }),
      );
      return 'SENT';
    } catch (error) {
      if (error instanceof UnsupportedUserStateException) return 'NOT_NEEDED';
      if (this.isMailRefused(error)) return 'LEFT';
      throw error;
    }
  }

  /** The new user, or undefined where the pool has the username already. */
  private async create(
    username: string,
    email: string,
    invites: boolean,
    mails = invites && this.sendsMails,
  ): Promise<EnsuredUser | undefined> {
    try {
      const { User } = await refusedAsBadLine(() =>
        this.client.send(
          new AdminCreateUserCommand({
            ...this.user(username),
            UserAttributes: emailAttributes(email),
            ...(mails ? { DesiredDeliveryMediums: ['EMAIL'] } : { MessageAction: 'SUPPRESS' }),
          }),
        ),
      );
      return { userId: findSub(User?.Attributes), invitation: mails ? 'SENT' : invites ? 'LEFT' : 'NOT_NEEDED' };
    } catch (error) {
      if (error instanceof UsernameExistsException) return undefined;
      if (!(mails && this.isMailRefused(error))) throw error;
      // Without the mail the user still comes in, and is counted among those to invite.
      return this.create(username, email, invites, false);
    }
  }

  private async takeOver(username: string, email: string, invites: boolean): Promise<EnsuredUser> {
    const found = await this.find(username);
    if (!found) throw new Error('The user pool has a user and has not');
    if (found.email !== email) await this.updateEmail(username, email);
    if (!found.enabled) await this.enable(username);
    if (this.password === undefined && !found.neverSignedIn) await this.forgetPassword(username);
    return { userId: found.sub, invitation: invites ? await this.invite(username) : 'NOT_NEEDED' };
  }

  /** Whoever knew the password may be somebody else than the one who is loaded now. */
  private async forgetPassword(username: string): Promise<void> {
    const Password = `${randomBytes(24).toString('base64url')}-aA1`;
    await this.client.send(new AdminSetUserPasswordCommand({ ...this.user(username), Password, Permanent: false }));
    await this.client.send(new AdminUserGlobalSignOutCommand(this.user(username)));
  }

  private isMailRefused(error: unknown): boolean {
    const refused = error instanceof LimitExceededException || error instanceof CodeDeliveryFailureException;
    if (error instanceof LimitExceededException) this.sendsMails = false;
    return refused;
  }

  private user(username: string) {
    return { UserPoolId: this.userPoolId, Username: username };
  }
}

function emailAttributes(email: string): AttributeType[] {
  return [
    { Name: 'email', Value: email },
    { Name: 'email_verified', Value: 'true' },
  ];
}

function findSub(attributes: readonly AttributeType[] | undefined): string {
  const sub = attributes?.find(({ Name }) => Name === 'sub')?.Value;
  if (!sub) throw new Error('The user pool gave a user without a sub');
  return sub;
}

async function refusedAsBadLine<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof InvalidParameterException) throw new RefusedByPoolError(cause.message, { cause });
    throw cause;
  }
}
