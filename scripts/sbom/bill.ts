import * as z from 'zod/mini';

/** A package of a bill of materials: the members read of CycloneDX; the rest passes through. */
const componentSchema = z.looseObject({
  'bom-ref': z.string(),
  scope: z.optional(z.string()),
  properties: z.optional(z.array(z.object({ name: z.string(), value: z.string() }))),
  licenses: z.optional(
    z.array(
      z.looseObject({
        expression: z.optional(z.string()),
        license: z.optional(z.looseObject({ id: z.optional(z.string()) })),
      }),
    ),
  ),
});

export type Component = z.infer<typeof componentSchema>;

/** A bill of materials in CycloneDX's JSON, as npm writes it (https://cyclonedx.org/docs/1.5/json/). */
export const billSchema = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component: componentSchema }),
  components: z.array(componentSchema),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

export type Bill = z.infer<typeof billSchema>;

const DEVELOPMENT = 'cdx:npm:package:development';

/**
 * Cuts a project's whole bill to the deployed part: the packages that the project reaches over production dependencies.
 * `production` has their names by the package's reference. npm's own `--omit dev` also drops a bundled package that is
 * a development dependency of the project too.
 */
export function deployedPart(bill: Bill, production: ReadonlyMap<string, readonly string[]>): Bill {
  const dependencies = bill.dependencies.map(({ ref, dependsOn }) => {
    const needed = production.get(ref);
    if (!needed) throw new Error(`What ${ref} needs is not known: npm ci installs what is locked`);
    return { ref, dependsOn: dependsOn.filter((each) => needed.includes(readName(each))) };
  });
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set<string>();
  const reach = (ref: string) => {
    if (reached.has(ref)) return;
    reached.add(ref);
    for (const needed of needs.get(ref) ?? []) reach(needed);
  };
  reach(bill.metadata.component['bom-ref']);
  return {
    ...bill,
    components: bill.components.filter((component) => reached.has(component['bom-ref'])).map(asRequired),
    dependencies: dependencies.filter(({ ref }) => reached.has(ref)),
  };
}

/** A package's name out of its reference, `name@version`. */
function readName(reference: string): string {
  return reference.slice(0, reference.lastIndexOf('@'));
}

/** A deployed package is required, whatever else the project uses it for. */
function asRequired(component: Component): Component {
  const properties = component.properties?.filter(({ name }) => name !== DEVELOPMENT);
  return { ...component, scope: 'required', ...(properties && { properties }) };
}
