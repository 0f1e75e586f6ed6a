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
  CognitoIdentityProviderClient,
  InvalidParameterException,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';

/** The pool takes no such username or address: the line is bad. */
export class RefusedByPoolError extends Error {
  override readonly name = 'RefusedByPoolError';
}

/** The users of one pool, as far as loading them goes. Every call may be repeated. */
export class UserPool {
  /** The pool as AWS limits it: its administrative calls are few a second, so waiting is part of loading many. */
  private readonly client = new CognitoIdentityProviderClient({
    maxAttempts: 10,
    retryMode: 'adaptive',
    requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  private readonly userPoolId: string;
  /** Given to new users in place of the pool's invitation. */
  private readonly password: string | undefined;
  /** The bank's own identity provider, where people sign in there: its subject is the username. */
  private readonly provider: string | undefined;

  constructor(userPoolId: string, password: string | undefined, provider: string | undefined) {
    this.userPoolId = userPoolId;
    this.password = password;
    this.provider = provider;
  }

  /** Creates the user, or makes right one whose loading stopped half-way, and gives their `sub`. */
  async ensureUser(username: string, email: string, { enabled }: { enabled: boolean }): Promise<string> {
    const sub = (await this.create(username, email, { invite: enabled })) ?? (await this.repair(username, email));
    if (this.password) {
      await this.client.send(
        new AdminSetUserPasswordCommand({ ...this.user(username), Password: this.password, Permanent: true }),
      );
    }
    if (this.provider) await this.link(username, this.provider);
    return sub;
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

  /** The new user's `sub`, or undefined where the pool has the username already. */
  private async create(username: string, email: string, { invite }: { invite: boolean }): Promise<string | undefined> {
    try {
      const { User } = await refusedAsBadLine(() =>
        this.client.send(
          new AdminCreateUserCommand({
            ...this.user(username),
            UserAttributes: emailAttributes(email),
            ...(this.password || this.provider || !invite
              ? { MessageAction: 'SUPPRESS' }
              : { DesiredDeliveryMediums: ['EMAIL'] }),
          }),
        ),
      );
      return findSub(User?.Attributes);
    } catch (error) {
      if (error instanceof UsernameExistsException) return undefined;
      throw error;
    }
  }

  private async repair(username: string, email: string): Promise<string> {
    const { Enabled, UserAttributes } = await this.client.send(new AdminGetUserCommand(this.user(username)));
    const stored = UserAttributes?.find(({ Name }) => Name === 'email')?.Value;
    if (stored !== email) await this.updateEmail(username, email);
    if (Enabled === false) await this.enable(username);
    return findSub(UserAttributes);
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
