import { describe, expect, it } from 'vitest';
import type { AnalysisFacts, CitadelCertificate } from './analysis-checks.ts';
import { checkPreparation, type PreparationFacts, pluggedInKeys } from './preparation.ts';

const now = Date.UTC(2026, 0, 1);
const certificate = (dnsName: string): CitadelCertificate => ({
  dnsNames: [dnsName],
  expires: now + 1,
  isOfMeshRoot: true,
  problem: '',
});
const tool: AnalysisFacts = {
  address: { host: 'tool.tools.svc.cluster.local', port: 4000, service: 'tool', namespace: 'tools' },
  hasService: true,
  ports: [4000],
  hasSelector: true,
  pods: 1,
  ready: 1,
  accounts: ['tool'],
  withoutCertificates: [],
  certificate: certificate('tool.tools.svc.cluster.local'),
};
const prepared: PreparationFacts = {
  meshNamespace: 'istio-system',
  pluggedIn: pluggedInKeys,
  citadelEnabled: true,
  customFields: true,
  citadel: { name: 'istio-citadel', ready: 1 },
  madeByCitadel: '',
  labels: [
    { namespace: 'istio-system', isSet: true },
    { namespace: 'tools', isSet: true },
  ],
  aggregator: certificate('aspen-mesh-packet-inspector.istio-system.svc.cluster.local'),
  aggregatorAccount: 'aspen-mesh-packet-inspector',
  addressProblem: '',
  analysis: tool,
};
const notPassed = (facts: PreparationFacts) =>
  checkPreparation(facts, now)
    .filter(({ result }) => result !== 'passed')
    .map(({ id, result, title, detail }) => `${result} ${id}: ${title}: ${detail}`);
const withTool = (facts: Partial<AnalysisFacts>) => notPassed({ ...prepared, analysis: { ...tool, ...facts } });

describe('what is prepared', () => {
  it('is nothing to complain about', () => {
    expect(notPassed(prepared)).toEqual([]);
    expect(notPassed({ ...prepared, analysis: null, aggregator: null })).toEqual([]);
  });

  it('is known by what Citadel has made, where that is called something else', () => {
    const made = { ...prepared, citadel: null, madeByCitadel: 'the secret istio.default in istio-system' };
    expect(checkPreparation(made, now).find(({ id }) => id === 'citadel')).toMatchObject({
      result: 'passed',
      detail: 'it has issued the secret istio.default in istio-system',
    });
    expect(notPassed({ ...made, madeByCitadel: '' })).toEqual([
      "failed citadel: Citadel is enabled but not running: no Deployment in istio-system is called or labelled citadel, and no secret there is Citadel's",
    ]);
  });

  it('is not an address that is none', () => {
    expect(notPassed({ ...prepared, analysis: null, addressProblem: '"tool" has no port' })).toEqual([
      'failed analysis: The address of the analysis service is wrong: "tool" has no port',
    ]);
  });
});

describe('the analysis service', () => {
  it('has to have the port of its address', () => {
    expect(withTool({ ports: [21000, 443] })).toEqual([
      'failed port: The service tool in tools has no port 4000: the address is tool.tools.svc.cluster.local:4000, the service has 21000, 443',
    ]);
    expect(withTool({ ports: [] })).toEqual([]);
  });

  it('may be somewhere that cannot be looked at, and needs its certificate all the same', () => {
    const elsewhere = { hasSelector: false, pods: 0, ready: 0, accounts: [] };
    const unseen =
      'warning analysis: What is behind the analysis service cannot be checked: the service tool in tools selects no pods';
    expect(withTool(elsewhere)).toEqual([unseen]);
    expect(withTool({ ...elsewhere, certificate: null })).toEqual([
      unseen,
      'failed secret: The analysis service has no certificate: no secret istio.tool in tools',
    ]);
  });

  it('has to be called as its certificate has it, which a short name is not', () => {
    const address = { ...tool.address, host: 'tool.tools' };
    expect(withTool({ address })).toEqual([
      'failed certificate tool: The certificate does not name the address of the analysis service: the address is tool.tools, the certificate has tool.tools.svc.cluster.local',
    ]);
  });

  it('may have a secret that is no certificate, or one that has run out', () => {
    const broken = { ...certificate(''), problem: 'no start line' };
    expect(withTool({ certificate: broken })).toEqual([
      'failed certificate tool: The certificate of the analysis service cannot be read: secret istio.tool: no start line',
    ]);
    const old = { ...certificate('tool.tools.svc.cluster.local'), expires: now - 1 };
    expect(withTool({ certificate: old })).toEqual([
      'failed certificate tool: The certificate of the analysis service has expired: 2025-12-31T23:59:59.999Z',
    ]);
  });
});
