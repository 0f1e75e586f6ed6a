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
  const [member]: [string, unknown][] = Object.entries(resolved);
  const [name, value] = member ?? [];
  if (name === 'Fn::ImportValue') return String(value);
  if (name === 'Ref') return `<${String(value)}>`;
  if (name === 'Fn::GetAtt' && Array.isArray(value)) return `<${value.join('.')}>`;
  if (name === 'Fn::Join' && Array.isArray(value)) return findingText(value[1]);
  throw new Error(`A resource of a policy is neither text, reference nor attribute: ${JSON.stringify(resolved)}`);
}
