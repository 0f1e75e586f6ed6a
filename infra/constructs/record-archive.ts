import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ArchiveGrant } from '../functions.ts';
import { acknowledge } from './acknowledge.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import type { ServiceFunction } from './service-function.ts';

export interface RecordArchiveProps {
  /** Days for which nobody, not even the account's root, can change or delete an object. */
  readonly retentionDays: number;
  /** True if the bucket's policy can refuse every write that is not on the condition that nothing is there. */
  readonly conditionalWritePolicy: boolean;
  /** True if the bucket outlives the stack. */
  readonly retainData: boolean;
}

/** The archive of the record: each object is locked (compliance mode) and put only once. */
export class RecordArchive extends Construct {
  readonly bucket: Bucket;
  /** Its ARN as other stacks have it. */
  private readonly arn: string;

  constructor(scope: Construct, id: string, props: RecordArchiveProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(props.retentionDays)),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.arn = Stack.of(this).exportValue(this.bucket.bucketArn);
    this.forbid('NoDeletion', ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention']);
    // A second object under a key would hide the first from readers who name no version.
    if (props.conditionalWritePolicy)
      this.forbid('NoOverwriting', ['s3:PutObject'], { Null: { 's3:if-none-match': 'true' } });
    acknowledge(
      this.bucket,
      ['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled', 'CKV_AWS_18'],
      'What lies there cannot be changed, and says no more than that an event was; CloudTrail has who asked.',
    );
    acknowledge(
      this.bucket,
      ['NIST.800.53.R5-S3DefaultEncryptionKMS'],
      'What nobody may destroy must not hang on a key that somebody may have deleted.',
    );
    acknowledge(
      this.bucket,
      ['NIST.800.53.R5-S3BucketReplicationEnabled'],
      'It is itself the second copy of the record. Whether a third may lie in another region is for the bank to say.',
    );
  }

  private forbid(sid: string, actions: string[], conditions?: Record<string, Record<string, string>>): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources: [this.bucket.arnForObjects('*')],
        ...(conditions ? { conditions } : {}),
      }),
    );
  }

  /** Lets the grantee do these things, and nothing else, in the archive. */
  grant(grantee: ServiceFunction, grants: readonly ArchiveGrant[]): void {
    for (const grant of grants) {
      const { actions, resource } = this.permit(grant);
      grantee.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
      if (grantee.role)
        acknowledgeWildcards(grantee.role, [resource], 'The objects of one folder, one per event or day.');
    }
  }

  private permit(grant: ArchiveGrant): { actions: string[]; resource: string } {
    switch (grant) {
      case 'put events':
        return { actions: ['s3:PutObject'], resource: `${this.arn}/events/*` };
      case 'put days':
        return { actions: ['s3:PutObject'], resource: `${this.arn}/days/*` };
      case 'get days':
        return { actions: ['s3:GetObject'], resource: `${this.arn}/days/*` };
      case 'list':
        return { actions: ['s3:ListBucket', 's3:ListBucketVersions'], resource: this.arn };
    }
  }
}
