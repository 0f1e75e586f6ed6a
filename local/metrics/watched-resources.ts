import {
  type CloudFormationClient,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { type LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { paginateListStateMachines, type SFNClient } from '@aws-sdk/client-sfn';
import { paginateListQueues, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';

const SERVICE_STACK = 'Llavero-local-Service';
const REST_API = 'AWS::ApiGateway::RestApi';

/** The log groups that functions write to. */
export async function functionLogGroups(lambda: LambdaClient): Promise<string[]> {
  const groups = new Set<string>();
  for await (const { Functions } of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName, LoggingConfig } of Functions ?? []) {
      groups.add(LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`);
    }
  }
  return [...groups];
}

/** The URLs of all queues. */
export async function queueUrls(sqs: SQSClient): Promise<string[]> {
  const urls: string[] = [];
  for await (const page of paginateListQueues({ client: sqs }, {})) urls.push(...(page.QueueUrls ?? []));
  return urls;
}

/** The ARNs of all state machines. */
export async function stateMachineArns(states: SFNClient): Promise<string[]> {
  const arns: string[] = [];
  for await (const { stateMachines } of paginateListStateMachines({ client: states }, {})) {
    arns.push(...(stateMachines ?? []).map(({ stateMachineArn }) => String(stateMachineArn)));
  }
  return arns;
}

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Properties: z.record(z.string(), z.unknown()).optional() })),
});

/** The names of the service's APIs by their ids: metrics go by the name. */
export async function apiNames(cloudFormation: CloudFormationClient): Promise<Map<string, string>> {
  const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName: SERVICE_STACK }));
  const { Resources } = templateSchema.parse(JSON.parse(String(TemplateBody)));
  const names = new Map<string, string>();
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName: SERVICE_STACK })) {
    for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      if (ResourceType !== REST_API || !PhysicalResourceId) continue;
      names.set(PhysicalResourceId, String(Resources[LogicalResourceId]?.Properties?.Name));
    }
  }
  return names;
}
