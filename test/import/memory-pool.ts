import {
  AdminCreateUserCommand,
  type AdminCreateUserCommandInput,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  CognitoIdentityProviderClient,
  InvalidParameterException,
  LimitExceededException,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { mockClient } from 'aws-sdk-client-mock';
import type { PoolOwner } from '../../scripts/import/user-pool.ts';

const NO_METADATA = { $metadata: {}, message: 'refused' };

interface MemoryUser {
  readonly username: string;
  readonly sub: string;
  email: string;
  enabled: boolean;
  signedIn: boolean;
}

interface UserInput {
  readonly Username: string;
  readonly Permanent?: boolean;
  readonly UserAttributes?: AttributeType[];
}

/** A deployment whose pool invites whoever is new. */
export const POOL: PoolOwner = {
  clientSettings: {},
  userPoolId: 'pool-1',
  demoPassword: undefined,
  identityProvider: undefined,
};

/** A user pool in memory, behind every Cognito client of the test. */
export class MemoryPool {
  private readonly mock = mockClient(CognitoIdentityProviderClient);
  readonly users = new Map<string, MemoryUser>();
  /** Each call by what it does and to whom. */
  readonly calls: string[] = [];
  /** Addresses that the pool refuses. */
  readonly refused = new Set<string>();
  /** Mails that it may send yet. */
  mailsLeft = Number.POSITIVE_INFINITY;
  /** Run before each call: what happens meanwhile. */
  before: (call: string) => Promise<void> = async () => {};
  private created = 0;

  constructor() {
    this.mock.on(AdminCreateUserCommand).callsFake((input) => this.create(input));
    this.mock.on(AdminGetUserCommand).callsFake(
      this.fake('get', ({ sub, email, enabled, signedIn }) => ({
        Enabled: enabled,
        UserStatus: signedIn ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD',
        UserAttributes: attributes(sub, email),
      })),
    );
    this.mock.on(AdminSetUserPasswordCommand).callsFake(
      this.fake('password', (user, { Permanent }) => {
        user.signedIn = Permanent === true;
      }),
    );
    this.mock.on(AdminUpdateUserAttributesCommand).callsFake(
      this.fake('email', (user, { UserAttributes }) => {
        user.email = this.acceptedEmail(UserAttributes);
      }),
    );
    this.mock.on(AdminEnableUserCommand).callsFake(
      this.fake('enable', (user) => {
        user.enabled = true;
      }),
    );
    this.mock.on(AdminDisableUserCommand).callsFake(
      this.fake('disable', (user) => {
        user.enabled = false;
      }),
    );
    this.mock.on(AdminUserGlobalSignOutCommand).callsFake(this.fake('sign out', () => {}));
  }

  get(username: string): MemoryUser {
    const user = this.users.get(username.toLowerCase());
    if (!user) throw new UserNotFoundException(NO_METADATA);
    return user;
  }

  private fake(name: string, answer: (user: MemoryUser, input: UserInput) => unknown) {
    return async (input: UserInput): Promise<unknown> => {
      const call = `${name} ${input.Username}`;
      await this.before(call);
      this.calls.push(call);
      return answer(this.get(input.Username), input) ?? {};
    };
  }

  private async create({ Username = '', UserAttributes, MessageAction }: AdminCreateUserCommandInput): Promise<object> {
    const call = `${MessageAction === 'RESEND' ? 'invite' : 'create'} ${Username}`;
    await this.before(call);
    this.calls.push(call);
    const found = this.users.get(Username.toLowerCase());
    if (found && MessageAction !== 'RESEND') throw new UsernameExistsException(NO_METADATA);
    const email = found?.email ?? this.acceptedEmail(UserAttributes);
    if (MessageAction !== 'SUPPRESS') {
      if (this.mailsLeft <= 0) throw new LimitExceededException(NO_METADATA);
      this.mailsLeft--;
    }
    this.created++;
    const user = found ?? { username: Username, sub: `sub-${this.created}`, email, enabled: true, signedIn: false };
    this.users.set(Username.toLowerCase(), user);
    return { User: { Attributes: attributes(user.sub, email) } };
  }

  private acceptedEmail(given: readonly AttributeType[] = []): string {
    const email = given.find(({ Name }) => Name === 'email')?.Value ?? '';
    if (this.refused.has(email)) throw new InvalidParameterException(NO_METADATA);
    return email;
  }
}

function attributes(sub: string, email: string): AttributeType[] {
  return [
    { Name: 'sub', Value: sub },
    { Name: 'email', Value: email },
  ];
}
