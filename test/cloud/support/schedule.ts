import { DisableRuleCommand } from '@aws-sdk/client-eventbridge';
import { aws, resources, SERVICE_STACK } from './aws.ts';

/**
 * Stops the reconciler's schedule, so that a test sees the state without it and then calls it itself. A scheduled run
 * would sometimes repair the state before the test could look.
 */
export async function quietSchedule(): Promise<void> {
  const rules = await resources(SERVICE_STACK, 'AWS::Events::Rule');
  if (rules.length === 0) throw new Error('The stack has no schedule');
  for (const { physicalId } of rules) {
    // Some engines give the ARN, AWS gives the name.
    await aws.events().send(new DisableRuleCommand({ Name: physicalId.split('/').at(-1) ?? physicalId }));
  }
}
