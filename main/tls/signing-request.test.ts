import 'reflect-metadata';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { expect, it } from 'vitest';
import { createSigningRequest } from './signing-request.ts';

it('asks for a certificate of a new key, as an independent reader sees it', async () => {
  const [one, other] = [createSigningRequest(), createSigningRequest()];
  const request = new Pkcs10CertificateRequest(one.request);
  expect(await request.verify()).toBe(true);
  expect(request.subject).toBe('');
  expect(request.extensions).toEqual([]);
  const key = createPublicKey(createPrivateKey(one.key));
  expect(Buffer.from(request.publicKey.rawData)).toEqual(key.export({ type: 'spki', format: 'der' }));
  expect(other.key).not.toBe(one.key);
});
