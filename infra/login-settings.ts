import { readFileSync } from 'node:fs';
import * as z from 'zod';

const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https address' });

/** The name of the bank's own identity provider in the pool; those of Cognito's own are taken. */
const providerName = z
  .string()
  .regex(/^[A-Za-z][\w-]{2,31}$/, 'must be 3 to 32 letters, digits, hyphens and underscores')
  .refine(
    (name) => !/^(?:cognito|google|facebook|loginwithamazon|signinwithapple)$/i.test(name),
    'is a name of Cognito',
  );

const providerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('SAML'), name: providerName, metadataUrl: httpsUrl }),
  z.strictObject({
    kind: z.literal('OIDC'),
    name: providerName,
    issuerUrl: httpsUrl,
    clientId: z.string().min(1).max(200),
    /** Name of the secret, in Secrets Manager, whose text is the client's secret. */
    clientSecretName: z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,200}$/),
  }),
]);

/** The bank's own identity provider, by which alone people then sign in. Its subject must be the imported username. */
export type IdentityProvider = z.infer<typeof providerSchema>;

/** Such a provider out of context: an object in a file, or its JSON on the command line. */
export const identityProviderSetting = z.preprocess(parseJson, providerSchema);

function parseJson(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

const brandSchema = z.object({
  ManagedLoginBranding: z.object({
    Settings: z.record(z.string(), z.unknown()),
    Assets: z
      .array(z.object({ Category: z.string(), ColorMode: z.string(), Extension: z.string(), Bytes: z.string() }))
      .default([]),
  }),
});

/** The look of the login's pages, as Cognito's branding designer made it. */
export type LoginBrand = z.infer<typeof brandSchema>['ManagedLoginBranding'];

/** Such a look out of the file that `aws cognito-idp describe-managed-login-branding` writes. */
export const loginBrandSetting = z.string().transform((file, context): LoginBrand => {
  try {
    return brandSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).ManagedLoginBranding;
  } catch {
    context.addIssue({
      code: 'custom',
      message: `${file} is not there, or not what describe-managed-login-branding writes`,
    });
    return z.NEVER;
  }
});
