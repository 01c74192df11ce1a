import { describe, expect, it } from 'vitest';
import { defaultMeshSettings } from '../../../../app/mesh/mesh-settings.ts';
import { type CertificateFacts, checkCertificates } from './certificate-check.ts';

const istio: CertificateFacts = {
  meshNamespace: 'istio-system',
  settings: defaultMeshSettings,
  citadel: '',
  isLabelled: false,
  hasAuthority: true,
  hasRoot: true,
};
const service = defaultMeshSettings.certificateService;

describe('where certificates come from', () => {
  it('is Citadel where it writes secrets', () => {
    expect(checkCertificates({ ...istio, citadel: 'istio-citadel', isLabelled: true })).toMatchObject({
      result: 'passed',
      title: 'Certificates come from Citadel',
    });
    const alone = { ...istio, citadel: 'istio-citadel', isLabelled: true, hasAuthority: false };
    expect(checkCertificates(alone)).toMatchObject({ result: 'passed', detail: '' });
  });

  it('is the CA of the mesh else, with what Citadel would need', () => {
    expect(checkCertificates(istio)).toMatchObject({ result: 'passed', title: `Certificates come from ${service}` });
    expect(checkCertificates({ ...istio, citadel: 'citadel' })).toMatchObject({
      result: 'warning',
      detail: 'citadel writes none into istio-system',
      remedy: 'To get them from Citadel: `kubectl label namespace istio-system ca.istio.io/override=true`.',
    });
  });

  it('is nobody when neither can, and what is missing is said', () => {
    expect(checkCertificates({ ...istio, hasAuthority: false })).toMatchObject({
      result: 'failed',
      detail: `${service} issues no certificates: ENABLE_CA_SERVER is false`,
    });
    expect(checkCertificates({ ...istio, hasRoot: false, citadel: 'citadel' })).toMatchObject({
      result: 'failed',
      detail: 'the root of the mesh is not published: no ConfigMap istio-system/istio-ca-root-cert',
      remedy: 'Get them from Citadel: `kubectl label namespace istio-system ca.istio.io/override=true`.',
    });
  });
});
