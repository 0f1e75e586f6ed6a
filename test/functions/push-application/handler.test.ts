import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreatePlatformApplicationCommand,
  DeletePlatformApplicationCommand,
  SetPlatformApplicationAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../functions/push-application/handler.ts';

const sns = mockClient(SNSClient);
const secrets = mockClient(SecretsManagerClient);
const put = jest.fn<Promise<{ ok: boolean; status: number }>, [string, { body: string }]>();

const arn = 'arn:aws:sns:us-east-1:000000000000:app/GCM/llavero-test-android';
const secret = JSON.stringify({ type: 'service_account', project_id: 'p', client_email: 'e', private_key: 'private' });
const FailureFeedbackRoleArn = 'arn:aws:iam::000000000000:role/writer';
const attributes = { PlatformCredential: secret, FailureFeedbackRoleArn };

beforeEach(() => {
  sns.reset();
  secrets.reset();
  secrets.on(GetSecretValueCommand, { SecretId: 'llavero/test/fcm' }).resolves({ SecretString: secret });
  sns.on(CreatePlatformApplicationCommand).resolves({ PlatformApplicationArn: arn });
  put.mockReset().mockResolvedValue({ ok: true, status: 200 });
  jest.spyOn(globalThis, 'fetch').mockImplementation(put as never);
});

const identity = { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'PushAndroid' };

function anEvent(overrides: object): CloudFormationCustomResourceEvent {
  const properties = {
    ServiceToken: 'token',
    Platform: 'GCM',
    ApplicationName: 'llavero-test-android',
    SecretName: 'llavero/test/fcm',
    CredentialsVersion: '1',
    FailureFeedbackRoleArn,
  };
  return {
    ...identity,
    RequestType: 'Create',
    ResponseURL: 'https://answers.test/here',
    ResourceType: 'Custom::PushApplication',
    ServiceToken: 'token',
    ResourceProperties: properties,
    ...overrides,
  } as CloudFormationCustomResourceEvent;
}

const deliver = (overrides = {}) =>
  handler(anEvent(overrides), { awsRequestId: 'run-1', getRemainingTimeInMillis: () => 10_000 });

const answers = () => put.mock.calls.map(([url, { body }]) => [url, JSON.parse(body)]);
const answered = (outcome: object) => [['https://answers.test/here', { ...outcome, ...identity, NoEcho: true }]];

it('creates an application with the credentials of the secret', async () => {
  await deliver();
  expect(sns.commandCalls(CreatePlatformApplicationCommand).map((call) => call.args[0].input)).toEqual([
    { Name: 'llavero-test-android', Platform: 'GCM', Attributes: attributes },
  ]);
  expect(answers()).toEqual(answered({ Status: 'SUCCESS', PhysicalResourceId: arn }));
});

it('gives an application new credentials in its place', async () => {
  await deliver({ RequestType: 'Update', PhysicalResourceId: arn });
  expect(sns.commandCalls(SetPlatformApplicationAttributesCommand).map((call) => call.args[0].input)).toEqual([
    { PlatformApplicationArn: arn, Attributes: attributes },
  ]);
  expect(answers()).toEqual(answered({ Status: 'SUCCESS', PhysicalResourceId: arn }));
});

it('makes another application where the name is another', async () => {
  const old = arn.replace('llavero-test', 'llavero-older');
  await deliver({ RequestType: 'Update', PhysicalResourceId: old });
  expect(sns.commandCalls(SetPlatformApplicationAttributesCommand)).toEqual([]);
  expect(answers()).toEqual(answered({ Status: 'SUCCESS', PhysicalResourceId: arn }));
});

it('deletes an application', async () => {
  await deliver({ RequestType: 'Delete', PhysicalResourceId: arn });
  expect(sns.commandCalls(DeletePlatformApplicationCommand).map((call) => call.args[0].input)).toEqual([
    { PlatformApplicationArn: arn },
  ]);
  expect(answers()).toEqual(answered({ Status: 'SUCCESS', PhysicalResourceId: arn }));
});

it('deletes nothing where nothing came to be', async () => {
  await deliver({ RequestType: 'Delete', PhysicalResourceId: 'not-created-request' });
  expect(sns.calls()).toEqual([]);
  expect(answers()).toEqual(answered({ Status: 'SUCCESS', PhysicalResourceId: 'not-created-request' }));
});

it('fails with the name of a service’s fault and none of its words, which may hold the credential', async () => {
  const fault = Object.assign(new Error(`Invalid parameter: ${secret}`), { name: 'InvalidParameterException' });
  sns.on(CreatePlatformApplicationCommand).rejects(fault);
  await deliver();
  expect(answers()).toEqual(
    answered({
      Status: 'FAILED',
      PhysicalResourceId: 'not-created-request',
      Reason: 'The push application failed: InvalidParameterException',
    }),
  );
});

it('fails, saying which member, where the secret is not a credential', async () => {
  secrets.on(GetSecretValueCommand).resolves({ SecretString: '{"type":"service_account"}' });
  await deliver({ RequestType: 'Update', PhysicalResourceId: arn });
  expect(answers()).toEqual(
    answered({
      Status: 'FAILED',
      PhysicalResourceId: arn,
      Reason: 'The secret lacks or misstates: project_id, client_email, private_key',
    }),
  );
});

it('throws where CloudFormation does not take the answer, so that Lambda tries again', async () => {
  put.mockResolvedValue({ ok: false, status: 503 });
  await expect(deliver()).rejects.toThrow('The run failed');
});
