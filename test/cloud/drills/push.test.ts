import { randomUUID } from 'node:crypto';
import {
  DescribeStacksCommand,
  GetTemplateCommand,
  UpdateStackCommand,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetPlatformApplicationAttributesCommand, SetPlatformApplicationAttributesCommand } from '@aws-sdk/client-sns';
import { ACCOUNT, REGION } from '../../../local/aws-environment.ts';
import { aws, resourceNamed, resources, SERVICE_STACK } from '../support/aws.ts';
import { type Company, loadCompany, nth } from '../support/company.ts';
import { eventually } from '../support/eventually.ts';
import { type Administrator, approval, openAdministrator, openPhones, type Phone } from '../support/phone.ts';
import { pushAbout, pushesTo } from '../support/relay.ts';

/** Runbook, "Push credentials are changed" and "A push application is disabled". */

let company: Company;
/** Two, for a phone gets three pushes in ten minutes. */
let administrators: Administrator[];
let holders: Phone[];

beforeAll(async () => {
  company = await loadCompany('push', { administrators: 2, secondaries: 3 });
  administrators = await Promise.all(company.administrators.map(openAdministrator));
  holders = await openPhones(company.secondaries, nth(administrators, 0).web);
});

/** The applications as the stack names them: their ARNs, by platform. */
async function applications(): Promise<Record<string, string>> {
  const found = await resources(SERVICE_STACK, 'Custom::PushApplication');
  return Object.fromEntries(found.map(({ physicalId }) => [physicalId.split('/').at(1) ?? '', physicalId]));
}

/** Reads SNS's attributes of an application; the engine shows its credential, which AWS never does. */
async function readAttributes(PlatformApplicationArn: string | undefined): Promise<Record<string, string>> {
  const { Attributes = {} } = await aws
    .sns()
    .send(new GetPlatformApplicationAttributesCommand({ PlatformApplicationArn }));
  return Attributes;
}

async function putSecret(name: 'Fcm' | 'Apns', value: Record<string, string>): Promise<void> {
  const SecretId = await resourceNamed(SERVICE_STACK, 'AWS::SecretsManager::Secret', `DemoPushCredentials${name}`);
  await aws.secrets().send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }));
}

/** Deploys the service stack as it is, but with a raised `pushCredentialsVersion`. */
async function raiseVersion(): Promise<void> {
  const [client, StackName] = [aws.cloudFormation(), SERVICE_STACK];
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }));
  const raised = TemplateBody.replaceAll(/("CredentialsVersion": ?)"\d+"/g, `$1"${Date.now()}"`);
  expect(raised).not.toBe(TemplateBody);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
  const Parameters = Stacks?.[0]?.Parameters?.map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true }));
  const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
  // Where the CDK puts its templates, which are too long to be sent.
  const [Bucket, Key] = [`cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`, 'raised.template.json'];
  await aws.s3().send(new PutObjectCommand({ Bucket, Key, Body: raised }));
  const TemplateURL = `https://s3.${REGION}.amazonaws.com/${Bucket}/${Key}`;
  await client.send(new UpdateStackCommand({ StackName, TemplateURL, Parameters, Capabilities }));
  await waitUntilStackUpdateComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName });
}

/** Holds a release of the holder's token, sees its push arrive at the administrator's phone, and authorizes it. */
async function releasedByPush({ web, phone }: Administrator, holder: Phone): Promise<string> {
  const change = await web.hold(holder.tokenId);
  const { endpointArn } = await pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  return endpointArn;
}

describe('push credentials', () => {
  const fcm = {
    type: 'service_account',
    project_id: 'demo-placeholder',
    client_email: 'demo-placeholder@example.invalid',
  };

  it('are changed under the phones: the applications and endpoints stay, pushes go on', async () => {
    const before = await applications();
    const endpoint = await releasedByPush(nth(administrators, 0), nth(holders, 0));

    const key = `placeholder-${randomUUID()}`;
    await putSecret('Fcm', { ...fcm, private_key: key });
    await putSecret('Apns', { signingKey: key, signingKeyId: 'DEMOKEY001', teamId: 'DEMOTEAM01', bundleId: 'b.demo' });
    await raiseVersion();

    expect(await applications()).toEqual(before);
    expect(JSON.parse((await readAttributes(before.GCM)).PlatformCredential ?? '')).toEqual({
      ...fcm,
      private_key: key,
    });
    expect(await readAttributes(before.APNS)).toEqual(
      expect.objectContaining({ PlatformCredential: key, PlatformPrincipal: 'DEMOKEY001' }),
    );
    expect(await releasedByPush(nth(administrators, 0), nth(holders, 1))).toBe(endpoint);
  }, 90_000);
});

describe('while the push application is disabled', () => {
  const enable = async (Enabled: 'true' | 'false') =>
    aws.sns().send(
      new SetPlatformApplicationAttributesCommand({
        PlatformApplicationArn: (await applications()).GCM,
        Attributes: { Enabled },
      }),
    );

  it('nothing is pushed and the change says so; the phone pulls it, and pushes come again afterwards', async () => {
    const administrator = nth(administrators, 1);
    const { web, phone } = administrator;
    const holder = nth(holders, 2);
    try {
      await enable('false');
      const change = await web.hold(holder.tokenId);
      const seen = await eventually(
        () => web.change(change.changeId),
        ({ notification }) => notification.status !== 'PENDING',
      );
      expect(seen.notification).toEqual({ status: 'FAILED' });
      expect((await phone.waiting(change.changeId)).changeId).toBe(change.changeId);
      expect((await web.cancel(change.changeId)).status).toBe(200);
      expect(await pushesTo(phone.pushToken)).toEqual([]);
    } finally {
      await enable('true');
    }
    await releasedByPush(administrator, holder);
  });
});
