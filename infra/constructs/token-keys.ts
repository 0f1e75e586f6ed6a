import { AccountRootPrincipal, AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { buildRoleName, type KeyGrant, listKeyUsers } from '../functions.ts';
import { acknowledge } from './acknowledge.ts';

export interface TokenKeysProps {
  /** The stage, which is part of the names of the functions' roles. */
  readonly stage: string;
  /** True if the keys outlive the stack: seeds sealed with a lost key are lost. */
  readonly retainData: boolean;
  /** True if KMS tells a key's policy the encryption context of a call. */
  readonly encryptionContextKnown: boolean;
  /** Number of the key that signs receipts, or days: each higher number is a key of its own. */
  readonly receiptKeyVersion: number;
  readonly dayKeyVersion: number;
}

/** A key that signs, with those that it replaced. */
export interface SigningKeys {
  readonly present: Key;
  /** Every version, the present one too: a release that goes back, or that takes over little by little, uses two. */
  readonly all: readonly Key[];
}

/** Lets the account's administrators care for a key: neither use it, nor let anybody use it by a grant of KMS. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:Describe*',
  'kms:Disable*',
  'kms:Enable*',
  'kms:Get*',
  'kms:List*',
  'kms:Put*',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:Update*',
];

/** The encryption context of a seed: whose it is. */
const SEED_CONTEXT = ['companyId', 'tokenId'] as const;

/**
 * The key that seals seeds, the key that makes cursors tamper-evident, and the two that sign: receipts, and the days of
 * the record's archive. Whatever a role is granted, each key's own policy refuses its use to all but the functions that
 * `infra/functions.ts` grants it to. A public key is for anybody in the account whom a policy lets read it.
 */
export class TokenKeys extends Construct {
  readonly seed: Key;
  readonly cursor: Key;
  readonly receipt: SigningKeys;
  readonly day: SigningKeys;
  private readonly stage: string;

  constructor(scope: Construct, id: string, props: TokenKeysProps) {
    super(scope, id);
    this.stage = props.stage;

    const removalPolicy = props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.seed = new Key(this, 'Seed', {
      description: 'Seals the seeds of virtual tokens',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy,
      policy: this.policyFor('seedKey', props.encryptionContextKnown ? SEED_CONTEXT : []),
    });

    this.cursor = new Key(this, 'Cursor', {
      description: 'Authenticates the cursors of lists',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      pendingWindow: Duration.days(7),
      removalPolicy,
      policy: this.policyFor('cursorKey'),
    });

    acknowledge(this.cursor, ['CKV_AWS_7'], 'KMS rotates no HMAC key; a cursor is good for one walk through a list.');

    const sign = (id: string, key: KeyGrant, version: number, description: string): SigningKeys => {
      const make = (number: number) =>
        new Key(this, number === 1 ? id : `${id}${number}`, {
          keySpec: KeySpec.ECC_NIST_P256,
          keyUsage: KeyUsage.SIGN_VERIFY,
          pendingWindow: Duration.days(30),
          removalPolicy,
          description,
          policy: this.policyFor(key),
        });
      const all = Array.from({ length: version }, (_, index) => make(index + 1));
      const present = all.at(-1);
      if (!present) throw new Error(`${id} has no version`);
      return { present, all };
    };
    this.receipt = sign('Receipt', 'receiptKey', props.receiptKeyVersion, 'Signs receipts of applied changes');
    this.day = sign('Day', 'dayKey', props.dayKeyVersion, 'Signs the days of the archive of the record');
  }

  /** Administration for the account; each use for its functions alone, and only with these members of a context. */
  private policyFor(key: KeyGrant, context: readonly string[] = []): PolicyDocument {
    const uses = [...listKeyUsers(key)].filter(([action]) => action !== 'kms:GetPublicKey');
    const actions = uses.map(([action]) => action);
    const account = new AccountRootPrincipal();
    // In a key's policy, that key.
    const resources = ['*'];
    return new PolicyDocument({
      statements: [
        new PolicyStatement({ sid: 'Administration', principals: [account], actions: ADMINISTRATION, resources }),
        new PolicyStatement({ sid: 'AsGrantedToRoles', principals: [account], actions, resources }),
        ...uses.map(([action, functions]) =>
          this.forbid(`${action.replace('kms:', '')}ByItsFunctionsAlone`, [action], {
            ArnNotEquals: { 'aws:PrincipalArn': functions.map((name) => this.roleArn(name)) },
          }),
        ),
        ...context.map((member) =>
          this.forbid(`OnlyWith${member}`, actions, { Null: { [`kms:EncryptionContext:${member}`]: 'true' } }),
        ),
      ],
    });
  }

  private forbid(sid: string, actions: string[], conditions: Record<string, Record<string, unknown>>): PolicyStatement {
    return new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions,
      resources: ['*'],
      conditions,
    });
  }

  private roleArn(name: Parameters<typeof buildRoleName>[1]): string {
    const resourceName = buildRoleName(this.stage, name);
    if (!resourceName) throw new Error(`${name} uses no key`);
    return Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'role', resourceName });
  }
}
