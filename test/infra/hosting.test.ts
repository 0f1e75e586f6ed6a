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
