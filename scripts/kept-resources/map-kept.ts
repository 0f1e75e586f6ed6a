import type { StackEvent } from '@aws-sdk/client-cloudformation';

/** The members that name each resource to CloudFormation when it is imported, by its logical id. */
export type ResourceMapping = Record<string, Record<string, string>>;

/** Ids of what the others belong to. */
interface Owners {
  readonly UserPoolId: string;
  readonly Bucket: string;
}

type Identify = (physicalId: string, owners: Owners) => Record<string, string>;

/** The types of what the data stack keeps, each with the properties by which it is imported. */
const IDENTIFIERS: Readonly<Record<string, Identify>> = {
  'AWS::DynamoDB::Table': (TableName) => ({ TableName }),
  'AWS::KMS::Key': (KeyId) => ({ KeyId }),
  'AWS::S3::Bucket': (BucketName) => ({ BucketName }),
  'AWS::S3::BucketPolicy': (_, { Bucket }) => ({ Bucket }),
  'AWS::Events::EventBus': (Name) => ({ Name }),
  'AWS::Events::Archive': (ArchiveName) => ({ ArchiveName }),
  'AWS::Cognito::UserPool': (UserPoolId) => ({ UserPoolId }),
  'AWS::Cognito::UserPoolClient': (ClientId, { UserPoolId }) => ({ UserPoolId, ClientId }),
  'AWS::Cognito::UserPoolDomain': (Domain, { UserPoolId }) => ({ UserPoolId, Domain }),
  'AWS::Cognito::UserPoolResourceServer': (Identifier, { UserPoolId }) => ({ UserPoolId, Identifier }),
};

/** True if CloudFormation can import resources of this type, and this command knows by what. */
export const isImportable = (type: string): boolean => type in IDENTIFIERS;

/**
 * The mapping that `cdk import` reads, of everything that a deleted stack kept and that can be imported.
 *
 * @param events the stack’s, the newest first. Only its deletion counts, with its retries: an update skips what it replaces, too.
 */
export function mapKept(events: readonly StackEvent[]): ResourceMapping {
  const begun = events.findLastIndex(
    ({ ResourceType, ResourceStatus }) =>
      ResourceType === 'AWS::CloudFormation::Stack' && ResourceStatus === 'DELETE_IN_PROGRESS',
  );
  const kept = events.slice(0, Math.max(0, begun)).filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED');
  const findOwner = (wanted: string) =>
    kept.find(({ ResourceType }) => ResourceType === wanted)?.PhysicalResourceId ?? '';
  const owners = { UserPoolId: findOwner('AWS::Cognito::UserPool'), Bucket: findOwner('AWS::S3::Bucket') };
  return Object.fromEntries(
    kept.flatMap(({ LogicalResourceId = '', ResourceType = '', PhysicalResourceId = '' }) => {
      const identify = IDENTIFIERS[ResourceType];
      // The id of a part of a pool may have the pool's before it.
      const ownId = PhysicalResourceId.slice(PhysicalResourceId.lastIndexOf('|') + 1);
      return identify ? [[LogicalResourceId, identify(ownId, owners)]] : [];
    }),
  );
}
