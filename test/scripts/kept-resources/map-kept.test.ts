import type { ResourceStatus, StackEvent } from '@aws-sdk/client-cloudformation';
import { mapKept } from '../../../scripts/kept-resources/map-kept.ts';

const STACK = 'CloudFormation::Stack';
const kept = (
  LogicalResourceId: string,
  type: string,
  PhysicalResourceId: string,
  ResourceStatus: ResourceStatus = 'DELETE_SKIPPED',
): StackEvent => {
  const ids = { StackId: 'arn', EventId: PhysicalResourceId, StackName: 'Data', Timestamp: new Date(0) };
  return { ...ids, LogicalResourceId, ResourceType: `AWS::${type}`, PhysicalResourceId, ResourceStatus };
};
const end = kept('Data', STACK, 'arn', 'DELETE_COMPLETE');
const begin = kept('Data', STACK, 'arn', 'DELETE_IN_PROGRESS');

it('names each kept resource by what CloudFormation imports it by, those of the pool by the pool too', () => {
  expect(
    mapKept([
      end,
      kept('Console', 'Cognito::UserPoolClient', 'client-1'),
      kept('Login', 'Cognito::UserPoolDomain', 'llavero'),
      kept('Api', 'Cognito::UserPoolResourceServer', 'us-east-1_1|llavero'),
      kept('Pool', 'Cognito::UserPool', 'us-east-1_1'),
      kept('Main', 'DynamoDB::Table', 'main'),
      kept('Seed', 'KMS::Key', 'key-1'),
      kept('Archive', 'S3::Bucket', 'archive'),
      kept('Policy', 'S3::BucketPolicy', 'a-name-of-its-own'),
      kept('Bus', 'Events::EventBus', 'bus'),
      kept('Stack', STACK, 'arn', 'DELETE_IN_PROGRESS'),
      kept('Replay', 'Events::Archive', 'replay'),
      begin,
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

it('names nothing that is gone, nothing of a type that it does not know, and nothing that an update had replaced', () => {
  const others = [
    kept('Gone', 'DynamoDB::Table', 'gone', 'DELETE_COMPLETE'),
    kept('There', 'DynamoDB::Table', 'there', 'CREATE_COMPLETE'),
    kept('Brand', 'Cognito::ManagedLoginBranding', 'brand'),
  ];
  const replaced = kept('Replaced', 'KMS::Key', 'replaced');
  expect(mapKept([end, ...others, begin, replaced])).toEqual({});
  expect(mapKept([...others, replaced])).toEqual({});
});
