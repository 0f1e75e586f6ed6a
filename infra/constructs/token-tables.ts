import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { IndexName, RecordIndexName } from '../functions.ts';
import { acknowledge } from './acknowledge.ts';

export interface TokenTablesProps {
  /** True if the tables outlive the stack and refuse to be deleted. */
  readonly retainData: boolean;
}

/** The indexes of the main table, by the attributes that they go by: an item has no value twice, so as to stay small. */
const INDEX_KEYS: Readonly<Record<IndexName, { readonly partition: string; readonly sort: string }>> = {
  list: { partition: 'listPk', sort: 'listSk' },
  status: { partition: 'statusPk', sort: 'listSk' },
  recent: { partition: 'listPk', sort: 'recentSk' },
  open: { partition: 'openPk', sort: 'openSk' },
};
export const INDEX_NAMES = Object.keys(INDEX_KEYS) as readonly IndexName[];

/** The index of the record: a company's events by their time. */
export const RECORD_INDEX: RecordIndexName = 'list';

/** Every index with the name that the stacks have for its table. */
export const INDEXES: readonly { readonly table: 'Main' | 'Record'; readonly index: string }[] = [
  ...INDEX_NAMES.map((index) => ({ table: 'Main' as const, index })),
  { table: 'Record', index: RECORD_INDEX },
];

/**
 * Calls that would make a copy of a sealed seed. AWS takes these names in a table's policy and no others: of AWS Backup it
 * takes what its plain mode calls (CreateBackup), but not `StartAwsBackupJob` of its advanced mode.
 */
const COPYING: readonly string[] = [
  'dynamodb:CreateBackup',
  'dynamodb:UpdateContinuousBackups',
  'dynamodb:RestoreTableToPointInTime',
  'dynamodb:ExportTableToPointInTime',
  'dynamodb:EnableKinesisStreamingDestination',
  // A stream, or a replica in another region.
  'dynamodb:UpdateTable',
  'dynamodb:Scan',
  'dynamodb:Query',
  'dynamodb:PartiQLSelect',
];

/**
 * The main table with its sparse indexes, the record, the sealed seeds and the sign-ins: apart, because roles may do less
 * there, and of the seeds there is no copy.
 */
export class TokenTables extends Construct {
  readonly main: Table;
  readonly record: Table;
  readonly seeds: Table;
  readonly signIns: Table;

  constructor(scope: Construct, id: string, props: TokenTablesProps) {
    super(scope, id);

    const kept = {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      deletionProtection: props.retainData,
      removalPolicy: props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };

    const restorable = { ...kept, pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true } };
    this.main = new Table(this, 'Main', { ...restorable, timeToLiveAttribute: 'ttl' });
    for (const [indexName, { partition, sort }] of Object.entries(INDEX_KEYS)) {
      this.main.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: partition, type: AttributeType.STRING },
        sortKey: { name: sort, type: AttributeType.STRING },
        // An index finds; what it finds is read from the table, which alone is consistent.
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }

    // With the new image, so that the archive gets the hash that was written, not one read a moment later.
    this.record = new Table(this, 'Record', { ...restorable, stream: StreamViewType.NEW_IMAGE });
    this.record.addGlobalSecondaryIndex({
      indexName: RECORD_INDEX,
      partitionKey: { name: 'companyId', type: AttributeType.STRING },
      sortKey: { name: 'listSk', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });

    // No stream and no recovery to a point in time: a seed that a release deletes is nowhere else. A table's own policy
    // cannot name its table.
    this.seeds = new Table(this, 'Seeds', {
      ...kept,
      resourcePolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'NoCopy',
            effect: Effect.DENY,
            principals: [new AnyPrincipal()],
            actions: [...COPYING],
            resources: ['*'],
          }),
        ],
      }),
    });
    acknowledge(
      this.seeds,
      ['AwsSolutions-DDB3', 'NIST.800.53.R5-DynamoDBPITREnabled', 'NIST.800.53.R5-DynamoDBInBackupPlan', 'CKV_AWS_28'],
      'A copy would open a seed that a release destroyed. A seed that is lost is replaced by enrolling again.',
    );

    // Read-only functions note sign-ins: in the main table the same grant would let them change any item.
    this.signIns = new Table(this, 'SignIns', restorable);

    for (const table of [this.main, this.record, this.signIns]) {
      acknowledge(
        table,
        ['NIST.800.53.R5-DynamoDBInBackupPlan'],
        'It can be restored to any second of the last 35 days, and no stage asks for more. The record is archived ' +
          'besides, under object lock.',
      );
      acknowledge(
        table,
        ['CKV_AWS_119'],
        'It holds no seed; it is encrypted with a key that AWS manages in this account.',
      );
    }
    acknowledge(
      this.seeds,
      ['CKV_AWS_119'],
      'Seeds are sealed with a key of the bank’s own before they are written; the table’s encryption, with a key ' +
        'that AWS manages in this account, comes on top.',
    );
  }
}
