import { randomBytes } from 'node:crypto';
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { aws, clientConfiguration, DATA_STACK, resourceNamed, SERVICE_STACK } from './support/aws.ts';

/** An insider whose own policy allows everything of KMS. */
let insider: KMSClient;
const keys: Record<'Seed' | 'Cursor' | 'Receipt' | 'Day', string> = { Seed: '', Cursor: '', Receipt: '', Day: '' };

const denied = { name: expect.stringMatching(/AccessDenied/) };
const Message = Buffer.from('0123456789abcdef0123456789abcdef');
const EncryptionContext = { companyId: 'C', tokenId: 'T' };
const signing = { Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
const mac = { Message, MacAlgorithm: 'HMAC_SHA_256' } as const;

beforeAll(async () => {
  const UserName = `insider-${randomBytes(4).toString('hex')}`;
  const Statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const iam = aws.iam();
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  insider = new KMSClient({ ...clientConfiguration(), credentials });
  for (const name of ['Seed', 'Cursor', 'Receipt', 'Day'] as const) {
    keys[name] = await resourceNamed(DATA_STACK, 'AWS::KMS::Key', name);
  }
});

/** The KMS client of whoever got into the function of this role. */
async function inside(role: string): Promise<KMSClient> {
  const name = await resourceNamed(SERVICE_STACK, 'AWS::IAM::Role', role);
  const RoleArn = `arn:aws:iam::000000000000:role/${name}`;
  const { Credentials } = await aws.sts().send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'keys' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return new KMSClient({ ...clientConfiguration(), credentials });
}

describe('somebody whose own policy allows everything of KMS', () => {
  it('seals and opens no seed, and gets no data key of theirs', async () => {
    const KeyId = keys.Seed;
    const enrolment = await inside('EnrolDeviceRole');
    const { CiphertextBlob } = await enrolment.send(
      new EncryptCommand({ KeyId, Plaintext: Message, EncryptionContext }),
    );
    const opened = await enrolment.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext }));
    expect(Buffer.from(opened.Plaintext ?? []).equals(Message)).toBe(true);
    const tried = [
      insider.send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext })),
      insider.send(new EncryptCommand({ KeyId, Plaintext: Message, EncryptionContext })),
      insider.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
    ];
    for (const each of tried) await expect(each).rejects.toMatchObject(denied);
  });

  it('makes and verifies no cursor, and signs no receipt and no day', async () => {
    const tried = [
      insider.send(new GenerateMacCommand({ KeyId: keys.Cursor, ...mac })),
      insider.send(new VerifyMacCommand({ KeyId: keys.Cursor, ...mac, Mac: Message })),
      insider.send(new SignCommand({ KeyId: keys.Receipt, ...signing })),
      insider.send(new SignCommand({ KeyId: keys.Day, ...signing })),
    ];
    for (const each of tried) await expect(each).rejects.toMatchObject(denied);
  });

  it('lets nobody else use a key by a grant', async () => {
    const GranteePrincipal = 'arn:aws:iam::000000000000:root';
    for (const KeyId of Object.values(keys)) {
      const grant = new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ['DescribeKey'] });
      await expect(insider.send(grant)).rejects.toMatchObject(denied);
    }
  });

  it('administers the keys, and reads the public ones, as the bank’s operations do', async () => {
    for (const KeyId of Object.values(keys)) {
      expect((await insider.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Enabled).toBe(true);
    }
    for (const KeyId of [keys.Receipt, keys.Day]) {
      expect((await insider.send(new GetPublicKeyCommand({ KeyId }))).PublicKey).toBeDefined();
    }
  });
});

it('a function of the service uses no key but its own, whatever its role is granted', async () => {
  const [receipts, days] = await Promise.all([inside('GetReceiptRole'), inside('SignDayRole')]);
  expect((await receipts.send(new SignCommand({ KeyId: keys.Receipt, ...signing }))).Signature).toBeDefined();
  expect((await days.send(new SignCommand({ KeyId: keys.Day, ...signing }))).Signature).toBeDefined();
  await expect(receipts.send(new SignCommand({ KeyId: keys.Day, ...signing }))).rejects.toMatchObject(denied);
  await expect(days.send(new SignCommand({ KeyId: keys.Receipt, ...signing }))).rejects.toMatchObject(denied);
});
