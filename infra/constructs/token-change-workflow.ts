import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  DefinitionBody,
  Errors,
  IntegrationPattern,
  JitterType,
  JsonPath,
  LogLevel,
  StateMachine,
  StateMachineType,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { WorkflowAction } from '../functions.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { ServiceLog, type ServiceLogProps } from './service-log.ts';

export interface TokenChangeWorkflowProps {
  /** Stores the task token and wakes the approvers' phones. */
  readonly holdChange: IFunction;
  readonly applyChange: IFunction;
  readonly expireChange: IFunction;
  readonly holdSeconds: number;
  /** The release, shown in the definition's comment. */
  readonly release: string | undefined;
  /** True if a grant to answer a task can name the state machine. */
  readonly resourceLevelGrants: boolean;
  readonly log: ServiceLogProps;
}

/** A wait ends a little after its change has expired, so that the next step finds it expired. */
const EXPIRY_MARGIN_SECONDS = 2;

/** Time for all retries of applying and for a repeated hold, before the machine gives up on an execution. */
const MACHINE_MARGIN_SECONDS = 600;

/** The name of the error that no repetition cures: the change still waits for its authorization. */
const NOT_AUTHORIZED = 'NotAuthorizedError';

/**
 * Waits for a change's authorization, then has it applied or expired; the table alone decides. No state looks at an
 * outcome: of a change that is closed there is nothing to apply, and the execution ends.
 */
export class TokenChangeWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  private readonly resourceLevelGrants: boolean;

  constructor(scope: Construct, id: string, props: TokenChangeWorkflowProps) {
    super(scope, id);
    this.resourceLevelGrants = props.resourceLevelGrants;

    const ids = {
      changeId: JsonPath.stringAt('$.changeId'),
      companyId: JsonPath.stringAt('$.companyId'),
      tokenId: JsonPath.stringAt('$.tokenId'),
      requestId: JsonPath.stringAt('$.requestId'),
    };

    const awaitAuthorization = new LambdaInvoke(this, 'AwaitAuthorization', {
      lambdaFunction: props.holdChange,
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: TaskInput.fromObject({
        taskToken: JsonPath.taskToken,
        ...ids,
        action: JsonPath.stringAt('$.action'),
        createdAt: JsonPath.stringAt('$.createdAt'),
        expiresAt: JsonPath.stringAt('$.expiresAt'),
        asked: JsonPath.objectAt('$.asked'),
      }),
      taskTimeout: Timeout.duration(Duration.seconds(props.holdSeconds + EXPIRY_MARGIN_SECONDS)),
      retryOnServiceExceptions: false,
      resultPath: '$.answer',
    });
    const applyChange = new LambdaInvoke(this, 'ApplyChange', {
      lambdaFunction: props.applyChange,
      payload: TaskInput.fromObject(ids),
      payloadResponseOnly: true,
      taskTimeout: Timeout.duration(Duration.seconds(30)),
      retryOnServiceExceptions: false,
      resultPath: '$.answer',
    });
    const expireChange = new LambdaInvoke(this, 'ExpireChange', {
      lambdaFunction: props.expireChange,
      payload: TaskInput.fromObject(ids),
      payloadResponseOnly: true,
      taskTimeout: Timeout.duration(Duration.seconds(30)),
      retryOnServiceExceptions: false,
      resultPath: '$.answer',
    });

    const passingFaults = {
      interval: Duration.seconds(1),
      backoffRate: 2,
      jitterStrategy: JitterType.FULL,
      maxDelay: Duration.seconds(30),
    };
    // A hold that failed is tried again at once or not at all: each attempt waits the whole time anew.
    awaitAuthorization.addRetry({ ...passingFaults, errors: [Errors.TASKS_FAILED], maxAttempts: 3 });
    awaitAuthorization.addCatch(expireChange, { errors: [Errors.TIMEOUT], resultPath: '$.fault' });
    applyChange.addRetry({ errors: [NOT_AUTHORIZED], maxAttempts: 0 });
    for (const task of [applyChange, expireChange]) {
      task.addRetry({ ...passingFaults, errors: [Errors.TASKS_FAILED, Errors.TIMEOUT], maxAttempts: 8 });
    }
    awaitAuthorization.next(applyChange);
    // A lost callback: the phone did authorize, and only the news of it never came.
    expireChange.next(applyChange);

    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(awaitAuthorization),
      ...(props.release === undefined ? {} : { comment: `Release ${props.release}` }),
      timeout: Duration.seconds(props.holdSeconds + EXPIRY_MARGIN_SECONDS + MACHINE_MARGIN_SECONDS),
      tracingEnabled: true,
      logs: {
        destination: new ServiceLog(this, 'Log', props.log),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    this.acknowledgeFindings();
  }

  /**
   * Grants actions on the machine in a policy of its own: the machine needs its functions to exist first, so none of
   * their own policies may name it.
   */
  grant(grantee: IFunction, actions: readonly WorkflowAction[]): void {
    const { role } = grantee;
    if (!role || actions.length === 0) return;
    const on = (resources: string[], wanted: readonly WorkflowAction[]) => {
      const granted = wanted.filter((action) => actions.includes(action));
      return granted.length === 0 ? [] : [new PolicyStatement({ actions: [...granted], resources })];
    };
    const machineArn = this.stateMachine.stateMachineArn;
    const executionsArn = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.stateMachine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const answerable = this.resourceLevelGrants ? machineArn : '*';
    const policy = new Policy(grantee, 'Workflow', {
      statements: [
        ...on([machineArn], ['states:StartExecution']),
        ...on([executionsArn], ['states:DescribeExecution', 'states:StopExecution']),
        ...on([answerable], ['states:SendTaskSuccess']),
      ],
    });
    policy.attachToRole(role);
    acknowledgeWildcards(policy, [executionsArn], 'The executions of that one machine, one per change.');
    acknowledgeWildcards(
      policy,
      [answerable],
      'Where grants cannot name the machine, only the task token tells them apart.',
    );
  }

  private acknowledgeFindings(): void {
    Validations.of(this.stateMachine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'Only errors are logged: every change is already in the record, and an execution holds nothing beyond it.',
    });
    const { role } = this.stateMachine;
    acknowledgeWildcards(role, ['*'], 'CloudWatch’s delivery of logs and X-Ray take no resource.');
  }
}
