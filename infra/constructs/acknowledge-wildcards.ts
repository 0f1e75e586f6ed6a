import { Stack, Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** Acknowledges a policy's wildcards by their exact findings, so that any other wildcard still fails the synthesis. */
export function acknowledgeWildcards(scope: IConstruct, resources: readonly string[], reason: string): void {
  const stack = Stack.of(scope);
  const wildcards = resources.filter((resource) => resource.includes('*') || resource.includes('?'));
  for (const resource of wildcards) {
    Validations.of(scope).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${findingText(stack.resolve(resource))}]`,
      reason,
    });
  }
}

/** The text cdk-nag makes of an ARN with tokens: each token as `<Name>`. */
function findingText(resolved: unknown): string {
  if (Array.isArray(resolved)) return resolved.map(findingText).join('');
  if (typeof resolved !== 'object' || resolved === null) return String(resolved);
  const [[name, value] = []] = Object.entries(resolved);
  if (name === 'Ref') return `<${value}>`;
  if (name === 'Fn::GetAtt') return `<${value.join('.')}>`;
  if (name === 'Fn::Join') return findingText(value[1]);
  throw new Error(`A resource of a policy is neither text, reference nor attribute: ${JSON.stringify(resolved)}`);
}
