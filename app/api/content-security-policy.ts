/**
 * What the view's page may load and do, in the window as in a browser: what stands in its own files, its engine, and
 * pictures that it makes itself of bodies. https://www.w3.org/TR/CSP3/
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Chromium itself writes style attributes when a coloured selection in the filter box is typed over.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  // No text becomes markup or script, by whatever way: there is no policy by which it could.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
