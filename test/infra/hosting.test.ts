import { readFileSync } from 'node:fs';
import { parseSettings } from '../../infra/settings.ts';
import {
  DEPLOYED_STAGE,
  findOnlyProperties,
  findResources,
  HOSTED_STAGE,
  type StageTemplate,
  synthesizeStage,
} from './synthesized-stage.ts';

let hosting: StageTemplate;

beforeAll(() => {
  hosting = synthesizeStage(HOSTED_STAGE).readTemplate('Hosting');
});

it('hosts the console only where a certificate is given, and never locally', () => {
  expect(synthesizeStage(DEPLOYED_STAGE).stackNames).not.toContain('Llavero-production-Hosting');
  expect(() => parseSettings({ hostingCertificateArn: HOSTED_STAGE.hostingCertificateArn })).toThrow(
    'hostingCertificateArn',
  );
  expect(() =>
    parseSettings({ ...HOSTED_STAGE, hostingCertificateArn: 'arn:aws:acm:eu-west-1:1:certificate/x' }),
  ).toThrow('must be the ARN of a certificate in us-east-1');
});

it('serves a private bucket over TLS 1.2 or later, at the console’s own host', () => {
  const { DistributionConfig } = findOnlyProperties(hosting, 'AWS::CloudFront::Distribution');
  expect(DistributionConfig).toMatchObject({
    Aliases: ['console.example.com'],
    ViewerCertificate: {
      AcmCertificateArn: HOSTED_STAGE.hostingCertificateArn,
      MinimumProtocolVersion: 'TLSv1.2_2021',
    },
    DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https' },
    Origins: [{ OriginAccessControlId: expect.anything() }],
  });
  for (const [, { Properties }] of findResources(hosting, 'AWS::S3::Bucket')) {
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  }
});

it('lets the page run its own files alone, and call the API and the login', () => {
  const { ResponseHeadersPolicyConfig } = findOnlyProperties(hosting, 'AWS::CloudFront::ResponseHeadersPolicy');
  const policy = JSON.stringify(ResponseHeadersPolicyConfig);
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;");
  expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'");
  expect(policy).toContain('.execute-api.');
  expect(policy).not.toContain('unsafe-');
});

it('tells the console where the link of an activation code leads', () => {
  expect(synthesizeStage(HOSTED_STAGE).readAsset('config.json')).toContain('"phoneUrl":"https://phone.example.com"');
});

it('keeps versions of the pages and of their log for a month, and the log for a year', () => {
  const kept = findResources(hosting, 'AWS::S3::Bucket').map(([, { Properties }]) => [
    Properties.VersioningConfiguration,
    Properties.LifecycleConfiguration,
  ]);
  const versions = { NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: 'Enabled' };
  expect(kept).toEqual([
    [{ Status: 'Enabled' }, { Rules: [{ ...versions, ExpirationInDays: 365 }] }],
    [{ Status: 'Enabled' }, { Rules: [versions] }],
  ]);
});

describe('the keys of receipts', () => {
  const sources = (template: StageTemplate) =>
    findResources(template, 'Custom::CDKBucketDeployment')
      .filter(([id]) => id.startsWith('OtherFiles'))
      .flatMap(([, { Properties }]) => [Properties.SourceObjectKeys, Properties.DistributionPaths]);
  const PATHS = ['/index.html', '/config.json', '/receipt-keys.json'];

  it('are published beside the console as the file of the stage has them, and not kept by a cache', () => {
    const published = synthesizeStage(HOSTED_STAGE).readAsset('receipt-keys.json');
    expect(published).toBe(readFileSync(HOSTED_STAGE.receiptKeys, 'utf8'));
    expect(sources(hosting)).toEqual([[expect.anything(), expect.anything(), expect.anything()], PATHS]);
  });

  it('are not there where the stage names no file', () => {
    const { receiptKeys: _file, ...stage } = HOSTED_STAGE;
    const without = synthesizeStage(stage);
    expect(without.readAsset('receipt-keys.json')).toBeUndefined();
    expect(sources(without.readTemplate('Hosting'))).toEqual([[expect.anything(), expect.anything()], PATHS]);
  });

  it.each([
    { file: 'package.json', message: 'is not a file of public P-256 keys as "npm run receipt-keys" writes it' },
    { file: 'nowhere.json', message: 'cannot be read' },
  ])('are refused before anything is deployed where $file $message', ({ file, message }) => {
    expect(() => parseSettings({ ...HOSTED_STAGE, receiptKeys: file })).toThrow(`receiptKeys: ${file} ${message}`);
  });
});
