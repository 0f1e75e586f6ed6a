import { type App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { parseSettings } from '../../infra/settings.ts';
import { applicationOf } from './stage-application.ts';
import {
  DEPLOYED_STAGE,
  onlyPropertiesOf,
  resourcesOf,
  type StageTemplate,
  synthesizeStage,
} from './synthesized-stage.ts';

const CERTIFICATE = `arn:aws:acm:us-east-1:123456789012:certificate/${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`;
const HOSTED = { ...DEPLOYED_STAGE, hostingCertificateArn: CERTIFICATE };

let hosting: StageTemplate;

beforeAll(() => {
  hosting = synthesizeStage(HOSTED).templateOf('Hosting');
});

it('hosts the console only where a certificate is given, and never locally', () => {
  expect(synthesizeStage(DEPLOYED_STAGE).stackNames).not.toContain('Llavero-production-Hosting');
  expect(() => parseSettings({ hostingCertificateArn: CERTIFICATE })).toThrow('hostingCertificateArn');
  expect(() => parseSettings({ ...HOSTED, hostingCertificateArn: 'arn:aws:acm:eu-west-1:1:certificate/x' })).toThrow(
    'must be the ARN of a certificate in us-east-1',
  );
});

it('serves a private bucket over TLS 1.2 or later, at the console’s own host', () => {
  const { DistributionConfig } = onlyPropertiesOf(hosting, 'AWS::CloudFront::Distribution');
  expect(DistributionConfig).toMatchObject({
    Aliases: ['console.example.com'],
    ViewerCertificate: { AcmCertificateArn: CERTIFICATE, MinimumProtocolVersion: 'TLSv1.2_2021' },
    DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https' },
    Origins: [{ OriginAccessControlId: expect.anything() }],
  });
  for (const [, { Properties }] of resourcesOf(hosting, 'AWS::S3::Bucket')) {
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  }
});

it('lets the page run its own files alone, and call the API and the login', () => {
  const { ResponseHeadersPolicyConfig } = onlyPropertiesOf(hosting, 'AWS::CloudFront::ResponseHeadersPolicy');
  const policy = JSON.stringify(ResponseHeadersPolicyConfig);
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;");
  expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'");
  expect(policy).toContain('.execute-api.');
  expect(policy).not.toContain('unsafe-');
});

it('leaves no finding of the AwsSolutions rules unexplained', () => {
  const checked = (app: App) => {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    return app;
  };
  expect(() => checked(applicationOf(HOSTED)).synth()).not.toThrow();
});
