import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { EnvName } from '../../shared/env.ts';
import { ROUTES } from '../../shared/routes.ts';
import { ArchiveConsumer } from '../constructs/archive-consumer.ts';
import { DemoPushCredentials } from '../constructs/demo-push-credentials.ts';
import { EventFeed } from '../constructs/event-feed.ts';
import { GradualDeployment } from '../constructs/gradual-deployment.ts';
import { Notices } from '../constructs/notices.ts';
import { PushApplications } from '../constructs/push-applications.ts';
import { ReconcilerSchedule } from '../constructs/reconciler-schedule.ts';
import { RescueRoles } from '../constructs/rescue-roles.ts';
import { ServiceApi } from '../constructs/service-api.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import type { ServiceLogProps } from '../constructs/service-log.ts';
import { ServiceMetrics } from '../constructs/service-metrics.ts';
import { TokenChangeWorkflow } from '../constructs/token-change-workflow.ts';
import {
  buildConstructId,
  buildRoleName,
  FUNCTIONS,
  type FunctionName,
  type FunctionSpec,
  isApiFunction,
  isInPeoplesPath,
  PREFLIGHT_FUNCTION,
  PUSH_APPLICATION_FUNCTION,
} from '../functions.ts';
import type { Settings } from '../settings.ts';
import type { DataStack } from './data-stack.ts';

export interface ServiceStackProps extends StackProps {
  readonly settings: Settings;
  readonly data: DataStack;
  /** The bundle of a function, by its folder's name. */
  readonly codeFor: (functionName: string) => Code;
}

/** Functions that the workflow calls. */
const WORKFLOW_TASKS = ['hold-change', 'apply-change', 'expire-change'] as const;

/** The API, its functions, the workflow and the push applications. */
export class ServiceStack extends Stack {
  readonly api: ServiceApi;
  readonly workflow: TokenChangeWorkflow;
  readonly functions: Readonly<Record<FunctionName, ServiceFunction>>;
  readonly metrics: ServiceMetrics;
  readonly rescueRoles: RescueRoles;
  readonly archive: ArchiveConsumer;
  readonly notices: Notices;
  readonly events: EventFeed;
  readonly push: PushApplications;
  readonly tables: { readonly Main: Table; readonly Record: Table; readonly Seeds: Table };
  /** The settings of the stage's logs. */
  readonly log: ServiceLogProps;
  /** The logs of everything that a change passes through. */
  readonly logGroups: ILogGroup[];
  private readonly props: ServiceStackProps;
  private readonly serviceName: string;
  private readonly allowedOrigins: string;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    this.props = props;
    const { settings, data } = props;
    this.serviceName = `llavero-${settings.stage}`;
    this.metrics = new ServiceMetrics(this.serviceName);
    this.tables = { Main: data.tables.main, Record: data.tables.record, Seeds: data.tables.seeds };
    this.allowedOrigins = [settings.consoleOrigin, settings.phoneOrigin, ...settings.frontOrigins].join(',');
    const { platform } = settings;
    this.log = { key: data.operationsKey, retain: platform.retainData };

    this.push = this.pushApplications();
    this.functions = mapFunctions((name, spec) => this.serviceFunction(name, spec, this.push));
    this.workflow = new TokenChangeWorkflow(this, 'TokenChange', {
      holdChange: this.functions['hold-change'].live,
      applyChange: this.functions['apply-change'].live,
      expireChange: this.functions['expire-change'].live,
      holdSeconds: settings.holdSeconds,
      release: settings.release,
      resourceLevelGrants: platform.resourceLevelGrants,
      log: this.log,
    });
    mapFunctions((name, spec) => this.connectToWorkflow(this.functions[name], spec));

    new ReconcilerSchedule(this, 'Reconciler', { reconciler: this.functions['reconcile-changes'] });

    this.rescueRoles = new RescueRoles(this, 'Rescue', {
      proposeRescue: this.functions['propose-rescue'],
      confirmRescue: this.functions['confirm-rescue'],
      staffDirectory: settings.staffDirectory,
      multiFactorKnown: platform.multiFactorKnown,
    });

    this.archive = new ArchiveConsumer(this, 'Archive', {
      record: data.tables.record,
      archiveEvents: this.functions['archive-events'],
      signDay: this.functions['sign-day'],
    });

    this.notices = new Notices(this, 'Notices', {
      record: data.tables.record,
      sendNotices: this.functions['send-notices'],
      sender: settings.notices,
      demoIdentity: platform.demoMailIdentity,
      resourceLevelGrants: platform.resourceLevelGrants,
    });

    this.events = new EventFeed(this, 'Events', {
      record: data.tables.record,
      publishEvents: this.functions['publish-events'],
      bus: data.bus,
      destination: settings.eventDestination,
    });

    const preflight = this.preflight();
    this.api = new ServiceApi(this, 'Api', {
      userPool: data.identity.userPool,
      routes: ROUTES,
      functionFor: (route) => {
        const served = ROUTES.find((known) => known === route);
        if (!served) throw new Error(`No function for ${route.method} ${route.path}`);
        return this.functions[served.functionName].live;
      },
      preflight: preflight.live,
      ratePerSecond: settings.apiRatePerSecond,
      burst: settings.apiBurst,
      log: this.log,
    });

    if (platform.gradualDeployments) this.deployGradually(preflight);
    this.logGroups = [this.api.accessLog, ...Object.values(this.functions).map(({ logGroup }) => logGroup)];
    this.outputs();
  }

  /** The other functions change all at once: a part of a schedule's or a stream's calls, or of a few a year, shows nothing. */
  private deployGradually(preflight: ServiceFunction): void {
    const called = Object.values(mapFunctions((name) => (isInPeoplesPath(name) ? [this.functions[name]] : []))).flat();
    // The workflow's come first: functions that start an execution refer to the workflow, and that to these.
    const ofWorkflow = WORKFLOW_TASKS.map((name) => this.functions[name]);
    new GradualDeployment(this, 'Rollout', {
      functions: [...ofWorkflow, ...called.filter((each) => !ofWorkflow.includes(each)), preflight],
      api: this.api.restApi,
      rollout: this.props.settings.rollout,
    });
  }

  private preflight(): ServiceFunction {
    const { settings, codeFor } = this.props;
    return new ServiceFunction(this, 'AnswerPreflight', {
      code: codeFor(PREFLIGHT_FUNCTION),
      release: settings.release,
      environment: { ALLOWED_ORIGINS: this.allowedOrigins } satisfies Partial<Record<EnvName, string>>,
      memoryMb: 256,
      serviceName: this.serviceName,
      log: this.log,
    });
  }

  private pushApplications(): PushApplications {
    const { settings, codeFor } = this.props;
    const { fcmSecretName, apnsSecretName, platform } = settings;
    const demo = platform.demoPushCredentials
      ? [new DemoPushCredentials(this, 'DemoPushCredentials', { fcmSecretName, apnsSecretName })]
      : [];
    return new PushApplications(this, 'Push', {
      provider: new ServiceFunction(this, 'PushApplication', {
        code: codeFor(PUSH_APPLICATION_FUNCTION),
        release: settings.release,
        description: 'Creates the push applications from the credentials in Secrets Manager',
        memoryMb: 256,
        timeoutSeconds: 60,
        serviceName: this.serviceName,
        log: this.log,
      }),
      namePrefix: `llavero-${settings.stage}`,
      fcmSecretName,
      apnsSecretName,
      secretsKeyArn: settings.secretsKeyArn,
      credentialsVersion: settings.pushCredentialsVersion,
      resourceLevelGrants: platform.resourceLevelGrants,
      log: this.log,
      dependsOn: demo,
    });
  }

  private serviceFunction(name: FunctionName, spec: FunctionSpec, push: PushApplications): ServiceFunction {
    const { settings, codeFor, data } = this.props;
    const { grants } = spec;
    const { main, record, seeds, signIns } = data.tables;
    const { seed, cursor, receipt, day } = data.keys;

    const roleName = buildRoleName(settings.stage, name);
    const made = new ServiceFunction(this, buildConstructId(name), {
      ...(roleName ? { roleName } : {}),
      code: codeFor(name),
      release: settings.release,
      environment: this.buildEnvironment(name, spec, push),
      serviceName: this.serviceName,
      log: this.log,
      ...(spec.memoryMb === undefined ? {} : { memoryMb: spec.memoryMb }),
      ...(spec.timeoutSeconds === undefined ? {} : { timeoutSeconds: spec.timeoutSeconds }),
    });

    const allow = (actions: readonly string[] | undefined, ...resources: string[]) => {
      if (!actions || actions.length === 0) return;
      made.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources }));
    };
    allow(grants.table, main.tableArn);
    allow(
      grants.indexes && ['dynamodb:Query'],
      ...(grants.indexes ?? []).map((index) => `${main.tableArn}/index/${index}`),
    );
    allow(grants.record, record.tableArn);
    allow(
      grants.recordIndexes && ['dynamodb:Query'],
      ...(grants.recordIndexes ?? []).map((index) => `${record.tableArn}/index/${index}`),
    );
    allow(grants.seeds, seeds.tableArn);
    allow(grants.signIns, signIns.tableArn);
    allow(grants.seedKey, seed.keyArn);
    allow(grants.cursorKey, cursor.keyArn);
    allow(grants.receiptKey, ...receipt.all.map((key) => key.keyArn));
    allow(grants.dayKey, ...day.all.map((key) => key.keyArn));
    allow(grants.bus, data.bus.eventBusArn);
    data.archive.grant(made, grants.archive ?? []);
    push.grant(made, grants.push ?? []);
    return made;
  }

  /** Each function gets the variables that its grants need, and no others. */
  private buildEnvironment(name: FunctionName, spec: FunctionSpec, push: PushApplications) {
    const { settings, data } = this.props;
    const { grants } = spec;
    const { main, record, seeds, signIns } = data.tables;
    const { seed, cursor, receipt, day } = data.keys;

    const settingValues: Partial<Record<EnvName, string>> = {
      RECORD_TABLE_NAME: record.tableName,
      HOLD_SECONDS: String(settings.holdSeconds),
      HOLDS_PER_TOKEN: String(settings.holdsPerToken),
      PUSHES_PER_DEVICE: String(settings.pushesPerDevice),
      ACTIVATION_CODE_SECONDS: String(settings.activationCodeSeconds),
      REQUIRE_USER_VERIFICATION: String(settings.requireUserVerification),
      ACTIVATION_CODE_TRIES: String(settings.activationCodeTries),
    };
    // Only a function that creates endpoints needs the application; the others read the endpoint's ARN from the table.
    const makesEndpoints = grants.push?.includes('sns:CreatePlatformEndpoint') ?? false;
    const environment: Partial<Record<EnvName, string>> = {
      ...(grants.table && { TABLE_NAME: main.tableName }),
      ...(isApiFunction(name) && { ALLOWED_ORIGINS: this.allowedOrigins }),
      ...(grants.record && { RECORD_TABLE_NAME: record.tableName }),
      ...(grants.seeds && { SEED_TABLE_NAME: seeds.tableName }),
      ...(grants.signIns && { SIGN_IN_TABLE_NAME: signIns.tableName }),
      ...(grants.seedKey && { SEED_KEY_ARN: seed.keyArn }),
      ...(grants.cursorKey && { CURSOR_KEY_ARN: cursor.keyArn }),
      ...(grants.receiptKey && { RECEIPT_KEY_ARN: receipt.present.keyArn }),
      ...(grants.dayKey && { DAY_KEY_ARN: day.present.keyArn }),
      ...(grants.bus && { EVENT_BUS_NAME: data.bus.eventBusName }),
      ...(grants.archive && { ARCHIVE_BUCKET_NAME: data.archive.bucket.bucketName }),
      ...(makesEndpoints && {
        PUSH_APPLICATION_ANDROID_ARN: push.androidArn,
        PUSH_APPLICATION_IOS_ARN: push.iosArn,
      }),
      ...Object.fromEntries((spec.settings ?? []).map((setting) => [setting, settingValues[setting]])),
    };

    return environment;
  }

  private connectToWorkflow(made: ServiceFunction, { grants }: FunctionSpec): void {
    const actions = grants.workflow ?? [];
    this.workflow.grant(made, actions);
    // Answering a task needs no ARN: the task token says it all.
    if (actions.some((action) => action !== 'states:SendTaskSuccess')) {
      const name: EnvName = 'STATE_MACHINE_ARN';
      made.addEnvironment(name, this.workflow.stateMachine.stateMachineArn);
    }
  }

  private outputs(): void {
    const { tables, keys, archive, bus, identity, loginDomainPrefix } = this.props.data;
    const values = {
      ApiUrl: this.api.url,
      TableName: tables.main.tableName,
      RecordTableName: tables.record.tableName,
      StateMachineArn: this.workflow.stateMachine.stateMachineArn,
      ReceiptKeyArn: keys.receipt.present.keyArn,
      DayKeyArn: keys.day.present.keyArn,
      ArchiveBucketName: archive.bucket.bucketName,
      UserPoolId: identity.userPool.userPoolId,
      ConsoleClientId: identity.consoleClient.userPoolClientId,
      AppClientId: identity.appClient.userPoolClientId,
      OtpClientId: identity.otpClient.userPoolClientId,
      LoginDomain: loginDomainPrefix,
      ...(this.props.settings.identityProvider ? { IdentityProvider: this.props.settings.identityProvider.name } : {}),
      ProposeRescueFunctionArn: this.functions['propose-rescue'].functionArn,
      ProposeRescueRoleArn: this.rescueRoles.proposer.roleArn,
      ConfirmRescueFunctionArn: this.functions['confirm-rescue'].functionArn,
      ConfirmRescueRoleArn: this.rescueRoles.confirmer.roleArn,
      ArchiveMappingId: this.archive.mappingId,
      NoticesMappingId: this.notices.mappingId,
      EventsMappingId: this.events.mappingId,
      EventBusName: bus.eventBusName,
      ActivationCodeSeconds: String(this.props.settings.activationCodeSeconds),
    };
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}

function mapFunctions<T>(make: (name: FunctionName, spec: FunctionSpec) => T): Record<FunctionName, T> {
  const entries = Object.entries(FUNCTIONS).map(([name, spec]) => [name, make(name as FunctionName, spec)]);
  return Object.fromEntries(entries);
}
