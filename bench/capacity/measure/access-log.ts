import { GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { aws, SERVICE_STACK } from '../../../test/cloud/support/aws.ts';

const templateSchema = z.object({ Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) });
const stageSchema = z.object({ Properties: z.object({ AccessLogSetting: z.object({ Format: z.string() }) }) });

/** What the gateway writes for the variables of the format: values of the usual length, the longest route of a release. */
const TYPICAL: Readonly<Record<string, string>> = {
  requestId: 'a5b0c7f4-0000-4000-8000-0123456789ab',
  extendedRequestId: 'abcDEFghIJklMNo=',
  requestTimeEpoch: '1795589066884',
  httpMethod: 'POST',
  resourcePath: '/app/authorizations/{changeId}/decision',
  status: '200',
  responseLatency: '123',
  'error.responseType': '-',
  xrayTraceId: 'Root=1-6b0683ca-40349b62bd962e12e565d2cb',
  responseLength: '1234',
  'integration.latency': '123',
  integrationLatency: '123',
};

/**
 * Bytes of one line of the API's access log, as CloudWatch Logs bills it: from the deployed format, for the engine
 * writes no access log.
 */
export async function accessLogLineBytes(): Promise<number> {
  const { TemplateBody = '' } = await aws.cloudFormation().send(new GetTemplateCommand({ StackName: SERVICE_STACK }));
  const { Resources } = templateSchema.parse(JSON.parse(TemplateBody));
  const stage = Object.values(Resources).find(({ Type }) => Type === 'AWS::ApiGateway::Stage');
  const format = stageSchema.parse(stage).Properties.AccessLogSetting.Format;
  const line = format.replaceAll(/\$context\.([\w.]+)/g, (_, name: string) => {
    const value = TYPICAL[name];
    if (value === undefined) throw new Error(`The access log has a variable of unknown length: ${name}`);
    return value;
  });
  return Buffer.byteLength(line) + 26;
}
