import type { Code } from 'aws-cdk-lib/aws-lambda';
import { Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledgeByType } from './acknowledge-by-type.ts';
import type { Settings } from './settings.ts';
import { DataStack } from './stacks/data-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { HostingStack } from './stacks/hosting-stack.ts';
import { OperationsStack } from './stacks/operations-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';
import { ServiceStack } from './stacks/service-stack.ts';

/** The bundle of a function, by its folder's name. */
export type CodeFor = (functionName: string) => Code;

/** Builds every stack of one stage; `consoleFolder` is where the built console is, for a stage that hosts it. */
export function buildStacks(scope: Construct, settings: Settings, codeFor: CodeFor, consoleFolder: string) {
  const name = (part: string) => `Llavero-${settings.stage}-${part}`;
  // A local stage goes to whatever account its cloud has.
  const env = {
    ...(settings.account ? { env: { account: settings.account, region: settings.region } } : {}),
    terminationProtection: settings.platform.retainData,
  };
  const data = new DataStack(scope, name('Data'), { ...env, settings });
  const service = new ServiceStack(scope, name('Service'), { ...env, settings, data, codeFor });
  const operations = new OperationsStack(scope, name('Operations'), { ...env, settings, service });
  const { requestsPerAddress, requestsPerClient } = settings;
  const edge = settings.platform.webFirewall
    ? [new EdgeStack(scope, name('Edge'), { ...env, service, requestsPerAddress, requestsPerClient })]
    : [];
  const { hostingCertificateArn: certificateArn, consoleOrigin, phoneOrigin, receiptKeys } = settings;
  const hosting = certificateArn
    ? [
        new HostingStack(scope, name('Hosting'), {
          ...env,
          data,
          service,
          consoleOrigin,
          phoneOrigin,
          certificateArn,
          consoleFolder,
          receiptKeys,
        }),
      ]
    : [];
  const { repository, stage } = settings;
  const stackNames = [data, service, operations, ...edge, ...hosting].map((stack) => stack.stackName);
  const pipeline = repository
    ? [new PipelineStack(scope, name('Pipeline'), { ...env, repository, stage, stackNames })]
    : [];
  Tags.of(scope).add('project', 'llavero');
  Tags.of(scope).add('stage', settings.stage);
  acknowledgeByType(scope);
  return { data, service, operations, edge, hosting, pipeline };
}
