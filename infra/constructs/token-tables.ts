import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { IndexName } from '../functions.ts';
import { acknowledge } from './acknowledge.ts';

export interface TokenTablesProps {
  /** Whether the tables outlive the stack and refuse to be deleted. */
  readonly retainData: boolean;
}

/** The indexes of the main table. */
export const INDEX_NAMES: readonly IndexName[] = ['list', 'status', 'open'];

/** The main table with its sparse indexes, and the record: apart, because roles may do less there. */
export class TokenTables extends Construct {
  readonly main: Table;
  readonly record: Table;

  constructor(scope: Construct, id: string, props: TokenTablesProps) {
    super(scope, id);

    const keptAlways = {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.retainData,
      removalPolicy: props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };

    this.main = new Table(this, 'Main', { ...keptAlways, timeToLiveAttribute: 'ttl' });
    for (const name of INDEX_NAMES) {
      this.main.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: `${name}Pk`, type: AttributeType.STRING },
        sortKey: { name: `${name}Sk`, type: AttributeType.STRING },
        // An index finds; what it finds is read from the table, which alone is consistent.
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }

    // With the new image, so that the archive gets the hash that was written, not one read a moment later.
    this.record = new Table(this, 'Record', { ...keptAlways, stream: StreamViewType.NEW_IMAGE });

    for (const table of [this.main, this.record]) {
      acknowledge(
        table,
        ['NIST.800.53.R5-DynamoDBInBackupPlan'],
        'It can be restored to any second of the last 35 days; a backup kept longer would keep the seeds that ' +
          'releases destroy. The record is archived besides, under object lock.',
      );
      acknowledge(
        table,
        ['CKV_AWS_119'],
        'Seeds are sealed with a key of the bank’s own before they are written; the table’s encryption, with a key ' +
          'that AWS manages in this account, comes on top.',
      );
    }
  }
}
