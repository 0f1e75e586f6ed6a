import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import {
  Annotations,
  CrossStackReferences,
  Duration,
  ReferenceStrength,
  RemovalPolicy,
  Stack,
  type StackProps,
} from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type PinnedKeys, writeKeySet } from '../../shared/security/key-set.ts';
import { acknowledge, type Rule } from '../constructs/acknowledge.ts';
import { ServiceLog } from '../constructs/service-log.ts';
import type { DataStack } from './data-stack.ts';
import type { ServiceStack } from './service-stack.ts';

/** Where whoever verifies a receipt gets the keys. */
const RECEIPT_KEYS = 'receipt-keys.json';

/** A bucket as the CDK's own interfaces take it: theirs have no member that is there and undefined. */
class HostingBucket extends Bucket {
  override get isWebsite(): boolean {
    return super.isWebsite ?? false;
  }
}

export interface HostingStackProps extends StackProps {
  readonly data: DataStack;
  readonly service: ServiceStack;
  /** Origin of the console: its host must be the certificate's. */
  readonly consoleOrigin: string;
  /** Origin of the phone's app, where the link of an activation code leads. */
  readonly phoneOrigin: string;
  /** ARN of a certificate in us-east-1, where CloudFront reads certificates. */
  readonly certificateArn: string;
  /** Folder of the built console. */
  readonly consoleFolder: string;
  /** The keys that verify receipts and signed days; there are none before the first deployment. */
  readonly receiptKeys: PinnedKeys | undefined;
}

/** Hosts the console: a private bucket behind CloudFront, with the headers that the local web server sends too. */
export class HostingStack extends Stack {
  constructor(scope: Construct, id: string, props: HostingStackProps) {
    super(scope, id, props);
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);

    const logs = this.bucket('Logs', { accessControlList: true });
    const pages = this.bucket('Pages', { logs });
    const distribution = new Distribution(this, 'Console', {
      comment: 'Llavero: the console',
      domainNames: [new URL(props.consoleOrigin).host],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', props.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_ALL,
      defaultRootObject: 'index.html',
      logBucket: logs,
      logFilePrefix: 'console/',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(pages),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: this.headers(props),
        compress: true,
      },
      // An address inside the page is the page: the bucket answers 403 for what it does not have.
      errorResponses: [
        { httpStatus: 403, responseHttpStatus: 200, responsePagePath: '/index.html', ttl: Duration.seconds(0) },
      ],
    });

    const console = Source.asset(props.consoleFolder);
    const { receiptKeys } = props;
    if (!receiptKeys) {
      Annotations.of(this).addInfo(
        'No keys of receipts are published: set the context value receiptKeys to the file that "npm run receipt-keys" writes.',
      );
    }
    // Files of the version before stay, for people who have the page open.
    const logGroup = new ServiceLog(this, 'DeployerLog', props.service.log);
    const common = { destinationBucket: pages, prune: false, logGroup };
    const hashed = new BucketDeployment(this, 'HashedFiles', {
      ...common,
      sources: [console],
      exclude: ['*'],
      include: ['assets/*'],
      cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
    });
    const rest = new BucketDeployment(this, 'OtherFiles', {
      ...common,
      sources: [
        console,
        Source.jsonData('config.json', this.buildConfig(props)),
        ...(receiptKeys ? [Source.data(RECEIPT_KEYS, writeKeySet(receiptKeys))] : []),
      ],
      exclude: ['assets/*'],
      cacheControl: [CacheControl.noCache()],
      distribution,
      distributionPaths: ['/index.html', '/config.json', `/${RECEIPT_KEYS}`],
    });
    // The page names its hashed files: they are there before it.
    rest.node.addDependency(hashed);
    this.acknowledgeFindings(distribution);
  }

  private bucket(id: string, options: { logs?: HostingBucket; accessControlList?: boolean }): HostingBucket {
    const bucket = new HostingBucket(this, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(options.logs ? { serverAccessLogsBucket: options.logs, serverAccessLogsPrefix: 'bucket/' } : {}),
      // CloudFront writes its standard log by an access control list.
      ...(options.accessControlList ? { objectOwnership: ObjectOwnership.OBJECT_WRITER } : {}),
      versioned: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          ...(options.accessControlList ? { expiration: Duration.days(365) } : {}),
        },
      ],
    });
    acknowledge(
      bucket,
      ['NIST.800.53.R5-S3BucketReplicationEnabled'],
      'A deployment makes the pages anew anywhere; who fetched them is kept for a year and needed nowhere else.',
    );
    acknowledge(
      bucket,
      ['NIST.800.53.R5-S3DefaultEncryptionKMS'],
      'The pages are public, and S3 delivers access logs only to buckets encrypted with its own keys.',
    );
    if (options.accessControlList) {
      acknowledge(
        bucket,
        ['AwsSolutions-S1', 'CKV_AWS_18'],
        'It is the bucket that logs are written to: logging its own accesses would never end.',
      );
    }
    return bucket;
  }

  /** The file that the page reads before anything else (`/config.json`). */
  private buildConfig({ data, service, consoleOrigin, phoneOrigin }: HostingStackProps) {
    const login = data.identity.domain.baseUrl();
    return {
      apiUrl: service.api.url,
      region: this.region,
      login: {
        authorizeUrl: `${login}/oauth2/authorize`,
        tokenUrl: `${login}/oauth2/token`,
        logoutUrl: `${login}/logout`,
      },
      clientId: data.identity.consoleClient.userPoolClientId,
      redirectUri: `${consoleOrigin}/callback`,
      phoneUrl: phoneOrigin,
    };
  }

  private headers({ data, service }: HostingStackProps): ResponseHeadersPolicy {
    const apiOrigin = `https://${service.api.restApi.restApiId}.execute-api.${this.region}.${this.urlSuffix}`;
    const login = data.identity.domain.baseUrl();
    const contentSecurityPolicy = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src 'self' ${apiOrigin} ${login}`,
      "manifest-src 'self'",
      "worker-src 'self'",
      `form-action 'self' ${login}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; ');
    return new ResponseHeadersPolicy(this, 'Headers', {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          preload: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'Cross-Origin-Opener-Policy', value: 'same-origin', override: true },
          { header: 'Cross-Origin-Resource-Policy', value: 'same-origin', override: true },
          { header: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()', override: true },
        ],
      },
    });
  }

  private acknowledgeFindings(distribution: Distribution): void {
    acknowledge(
      distribution,
      ['AwsSolutions-CFR1'],
      'Administrators travel: the pages are public, and what they do needs a sign-in.',
    );
    acknowledge(
      distribution,
      ['AwsSolutions-CFR2', 'CKV_AWS_68'],
      'Static files alone are behind it; the firewall is before the API.',
    );
    const deployer = this.node.children.find((child) => child.node.id.startsWith('Custom::CDKBucketDeployment'));
    const policy = deployer?.node.tryFindChild('ServiceRole')?.node.tryFindChild('DefaultPolicy');
    if (!deployer || !policy) throw new Error('The CDK deploys assets by another construct than this version knows');
    const reason = 'The CDK’s own deployer of assets: it runs while the stack is deployed, and at no other time.';
    const assets = `arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-${this.account}-${this.region}/*`;
    acknowledge(deployer, [...DEPLOYER_FINDINGS, `AwsSolutions-IAM5[Resource::${assets}]`], reason);
    acknowledge(policy, ['CKV_AWS_111'], reason);
  }
}

/** Findings of cdk-nag in the CDK's own deployer of assets. */
const DEPLOYER_FINDINGS: readonly Rule[] = [
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
  'AwsSolutions-IAM5[Action::s3:GetBucket*]',
  'AwsSolutions-IAM5[Action::s3:GetObject*]',
  'AwsSolutions-IAM5[Action::s3:List*]',
  'AwsSolutions-IAM5[Action::s3:Abort*]',
  'AwsSolutions-IAM5[Action::s3:DeleteObject*]',
  'AwsSolutions-IAM5[Resource::<Pages127DFD1A.Arn>/*]',
  'AwsSolutions-IAM5[Resource::*]',
  'AwsSolutions-L1',
];
