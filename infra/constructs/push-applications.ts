import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ArnFormat, CustomResource, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct, type IDependable } from 'constructs';
import type { PushAction } from '../functions.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { PushDeliveryLog } from './push-delivery-log.ts';
import type { ServiceLogProps } from './service-log.ts';

export interface PushApplicationsProps {
  /** The custom resource's function. */
  readonly provider: IFunction;
  /** Prefix of the applications' names, unique in the account and region. */
  readonly namePrefix: string;
  /** Names of the secrets with the credentials of Firebase and of Apple. */
  readonly fcmSecretName: string;
  readonly apnsSecretName: string;
  /** Key of the bank's own that the secrets are encrypted with; AWS's own needs no grant. */
  readonly secretsKeyArn: string | undefined;
  /** A change of it makes the next deployment read the secrets again. */
  readonly credentialsVersion: number;
  /** True if a grant can name a push application. */
  readonly resourceLevelGrants: boolean;
  /** The logs of pushes that were not delivered. */
  readonly log: ServiceLogProps;
  /** Constructs that must exist before the secrets are read. */
  readonly dependsOn?: readonly IDependable[];
}

interface Application {
  readonly platform: 'GCM' | 'APNS';
  readonly name: string;
}

/** The SNS platform applications of Android and iOS; CloudFormation has no resource for them. */
export class PushApplications extends Construct {
  readonly androidArn: string;
  readonly iosArn: string;
  /** Pushes that SNS accepted, and that no phone got. */
  readonly undelivered: Readonly<Record<'GCM' | 'APNS', Metric>>;
  private readonly applications: readonly Application[];
  private readonly resourceLevelGrants: boolean;

  constructor(scope: Construct, id: string, props: PushApplicationsProps) {
    super(scope, id);
    this.resourceLevelGrants = props.resourceLevelGrants;
    const android: Application = { platform: 'GCM', name: `${props.namePrefix}-android` };
    const ios: Application = { platform: 'APNS', name: `${props.namePrefix}-ios` };
    this.applications = [android, ios];

    const writer = new Role(this, 'DeliveryLogWriter', { assumedBy: new ServicePrincipal('sns.amazonaws.com') });
    const deliveryLog = (logId: string, { platform, name }: Application) =>
      new PushDeliveryLog(this, logId, { platform, applicationName: name, writer, log: props.log });
    const logs = { GCM: deliveryLog('AndroidFailures', android), APNS: deliveryLog('IosFailures', ios) };
    this.undelivered = { GCM: logs.GCM.failed, APNS: logs.APNS.failed };

    this.grantProvider(props, writer);
    const shared = { FailureFeedbackRoleArn: writer.roleArn };
    this.androidArn = this.application('Android', props, android, { ...shared, SecretName: props.fcmSecretName });
    this.iosArn = this.application('Ios', props, ios, { ...shared, SecretName: props.apnsSecretName });
    // A log that SNS made by itself would be kept for ever, without a key.
    this.node.findChild('Android').node.addDependency(logs.GCM, writer);
    this.node.findChild('Ios').node.addDependency(logs.APNS, writer);
  }

  /** Lets a function use the applications' endpoints. */
  grant(grantee: IFunction, actions: readonly PushAction[]): void {
    if (actions.length === 0) return;
    const resources = this.resourceLevelGrants
      ? this.applications.flatMap((application) => [this.arn('app', application), this.arn('endpoint', application)])
      : ['*'];
    grantee.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources }));
    if (grantee.role)
      acknowledgeWildcards(grantee.role, resources, 'The endpoints, one per phone, of one application.');
  }

  private application(
    id: string,
    props: PushApplicationsProps,
    application: Application,
    properties: Readonly<Record<'SecretName' | 'FailureFeedbackRoleArn', string>>,
  ): string {
    const resource = new CustomResource(this, id, {
      resourceType: 'Custom::PushApplication',
      serviceToken: props.provider.functionArn,
      serviceTimeout: Duration.minutes(2),
      properties: {
        Platform: application.platform,
        ApplicationName: application.name,
        ...properties,
        CredentialsVersion: String(props.credentialsVersion),
      },
    });
    resource.node.addDependency(...(props.dependsOn ?? []));
    return resource.ref;
  }

  private grantProvider(props: PushApplicationsProps, writer: Role): void {
    const applicationArns = this.applications.map((application) => this.arn('app', application));
    props.provider.addToRolePolicy(
      // An application that does not exist yet has no ARN to grant this on.
      new PolicyStatement({ actions: ['sns:CreatePlatformApplication'], resources: ['*'] }),
    );
    props.provider.addToRolePolicy(
      new PolicyStatement({
        actions: ['sns:SetPlatformApplicationAttributes', 'sns:DeletePlatformApplication'],
        resources: this.resourceLevelGrants ? applicationArns : ['*'],
      }),
    );
    props.provider.addToRolePolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [writer.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'sns.amazonaws.com' } },
      }),
    );
    // A secret's ARN ends in six characters that only AWS knows.
    const secrets = [props.fcmSecretName, props.apnsSecretName].map(
      (name, index) => Secret.fromSecretNameV2(this, `Credentials${index}`, name).secretArn,
    );
    const resources = secrets.map((arn) => `${arn}-??????`);
    props.provider.addToRolePolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources }));
    if (props.secretsKeyArn) {
      props.provider.addToRolePolicy(
        new PolicyStatement({
          actions: ['kms:Decrypt'],
          resources: [props.secretsKeyArn],
          conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` } },
        }),
      );
    }
    if (props.provider.role) {
      acknowledgeWildcards(props.provider.role, resources, 'The six characters that end the ARN of that one secret.');
    }
  }

  private arn(kind: 'app' | 'endpoint', { platform, name }: Application): string {
    return Stack.of(this).formatArn({
      service: 'sns',
      resource: kind,
      resourceName: kind === 'app' ? `${platform}/${name}` : `${platform}/${name}/*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}
