/** A resource of a stack, as CloudFormation lists it. */
export interface ListedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
}

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

/** The mapping that `cdk import` reads, of everything that a deleted stack kept and that can be imported. */
export function mapKept(resources: readonly ListedResource[]): ResourceMapping {
  const kept = resources.filter(({ status }) => status === 'DELETE_SKIPPED');
  const findOwner = (wanted: string) => kept.find(({ type }) => type === wanted)?.physicalId ?? '';
  const owners = { UserPoolId: findOwner('AWS::Cognito::UserPool'), Bucket: findOwner('AWS::S3::Bucket') };
  return Object.fromEntries(
    kept.flatMap(({ logicalId, type, physicalId }) => {
      const identify = IDENTIFIERS[type];
      // The id of a part of a pool may have the pool's before it.
      return identify ? [[logicalId, identify(physicalId.slice(physicalId.lastIndexOf('|') + 1), owners)]] : [];
    }),
  );
}
