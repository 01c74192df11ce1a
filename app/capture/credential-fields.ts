/**
 * Header fields whose values are credentials by their definition: of HTTP (RFC 9110, RFC 6265), and those by which gateways, clouds and
 * common products hand on keys, tokens and sessions. In lower case.
 */
export const credentialFields: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'api-key',
  'apikey',
  'x-auth-token',
  'x-access-token',
  'x-csrf-token',
  'x-xsrf-token',
  'x-forwarded-access-token',
  'x-amz-security-token',
  'x-amzn-oidc-accesstoken',
  'x-amzn-oidc-data',
  'x-goog-api-key',
  'x-goog-iap-jwt-assertion',
  'ocp-apim-subscription-key',
  'x-vault-token',
  'private-token',
];
