import { CfnResource, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { RecordBus } from '../constructs/event-bus.ts';
import { Identity } from '../constructs/identity.ts';
import { OperationsKey } from '../constructs/operations-key.ts';
import { RecordArchive } from '../constructs/record-archive.ts';
import { TokenKeys } from '../constructs/token-keys.ts';
import { TokenTables } from '../constructs/token-tables.ts';
import type { Settings } from '../settings.ts';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
}

/** Everything that must outlive every deployment: tables, keys, and the user pool. */
export class DataStack extends Stack {
  readonly tables: TokenTables;
  readonly keys: TokenKeys;
  readonly operationsKey: OperationsKey;
  readonly archive: RecordArchive;
  readonly bus: RecordBus;
  readonly identity: Identity;
  /** Prefix of the hosted login's domain. */
  readonly loginDomainPrefix: string;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const { retainData, conditionalWritePolicy, encryptionContextKnown } = settings.platform;

    this.tables = new TokenTables(this, 'Tables', { retainData });
    this.keys = new TokenKeys(this, 'Keys', {
      stage: settings.stage,
      retainData,
      encryptionContextKnown,
      receiptKeyVersion: settings.receiptKeyVersion,
      dayKeyVersion: settings.dayKeyVersion,
    });
    this.operationsKey = new OperationsKey(this, 'OperationsKey', {
      retainData,
      // Of logs that CloudFormation names by the stack, and of those that SNS names by the push application and API
      // Gateway by the API.
      logNameParts: [`Llavero-${settings.stage}-`, `/llavero-${settings.stage}-`, 'API-Gateway-Execution-Logs_'],
    });
    this.archive = new RecordArchive(this, 'Archive', {
      retentionDays: settings.archiveRetentionDays,
      conditionalWritePolicy,
      retainData,
    });
    this.bus = new RecordBus(this, 'Bus', {
      archiveDays: settings.platform.eventArchive ? settings.eventArchiveDays : undefined,
      accounts: settings.eventAccounts,
      retainData,
    });
    // Unique among all of a region's pools, so by default it bears the account's number.
    this.loginDomainPrefix = settings.loginDomainPrefix ?? `llavero-${settings.stage}-${this.account}`;
    this.identity = new Identity(this, 'Identity', {
      retainData,
      requireMfa: !settings.platform.demoUsers,
      threatProtection: settings.threatProtection,
      provider: settings.identityProvider,
      ...(settings.platform.managedLogin ? { managedLogin: { brand: settings.loginBrand } } : {}),
      mailSender: settings.platform.demoMailIdentity ? undefined : settings.notices,
      loginDomainPrefix: this.loginDomainPrefix,
      consoleOrigin: settings.consoleOrigin,
      frontOrigins: settings.frontOrigins,
      phoneOrigin: settings.phoneOrigin,
    });
    if (retainData) this.keepAll();
  }

  /**
   * Keeps what the constructs did not say of: the pool's clients and login are in people's apps, and a bucket without its
   * policy is one that anybody may write over. What a creation that failed had made goes, for some of it has a name.
   */
  private keepAll(): void {
    for (const made of this.node.findAll()) {
      if (!CfnResource.isCfnResource(made)) continue;
      if (made.cfnOptions.deletionPolicy === undefined)
        made.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    }
  }
}
