import { mapKept } from '../../../scripts/kept-resources/map-kept.ts';

const kept = (logicalId: string, type: string, physicalId: string, status = 'DELETE_SKIPPED') => {
  return { logicalId, type: `AWS::${type}`, physicalId, status };
};

it('names each kept resource by what CloudFormation imports it by, those of the pool by the pool too', () => {
  expect(
    mapKept([
      kept('Console', 'Cognito::UserPoolClient', 'client-1'),
      kept('Login', 'Cognito::UserPoolDomain', 'llavero'),
      kept('Api', 'Cognito::UserPoolResourceServer', 'us-east-1_1|llavero'),
      kept('Pool', 'Cognito::UserPool', 'us-east-1_1'),
      kept('Main', 'DynamoDB::Table', 'main'),
      kept('Seed', 'KMS::Key', 'key-1'),
      kept('Archive', 'S3::Bucket', 'archive'),
      kept('Policy', 'S3::BucketPolicy', 'a-name-of-its-own'),
      kept('Bus', 'Events::EventBus', 'bus'),
      kept('Replay', 'Events::Archive', 'replay'),
    ]),
  ).toEqual({
    Console: { UserPoolId: 'us-east-1_1', ClientId: 'client-1' },
    Login: { UserPoolId: 'us-east-1_1', Domain: 'llavero' },
    Api: { UserPoolId: 'us-east-1_1', Identifier: 'llavero' },
    Pool: { UserPoolId: 'us-east-1_1' },
    Main: { TableName: 'main' },
    Seed: { KeyId: 'key-1' },
    Archive: { BucketName: 'archive' },
    Policy: { Bucket: 'archive' },
    Bus: { Name: 'bus' },
    Replay: { ArchiveName: 'replay' },
  });
});

it('names nothing that is gone, and nothing of a type that it does not know', () => {
  expect(
    mapKept([
      kept('Gone', 'DynamoDB::Table', 'gone', 'DELETE_COMPLETE'),
      kept('There', 'DynamoDB::Table', 'there', 'CREATE_COMPLETE'),
      kept('Brand', 'Cognito::ManagedLoginBranding', 'brand'),
    ]),
  ).toEqual({});
});
