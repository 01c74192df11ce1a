import { describe, expect, it } from 'vitest';
import { ownLabel } from './names.ts';
import { foreignContents } from './namespace-contents.ts';

const verbs = ['get', 'list'];
const core = {
  resources: [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true, verbs },
    { name: 'secrets', kind: 'Secret', namespaced: true, verbs },
    { name: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true, verbs },
    { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
    { name: 'events', kind: 'Event', namespaced: true, verbs },
    { name: 'nodes', kind: 'Node', namespaced: false, verbs },
    { name: 'bindings', kind: 'Binding', namespaced: true, verbs: ['create'] },
  ],
};
const named = (...names: readonly string[]) => ({ items: names.map((name) => ({ metadata: { name } })) });
const inEach: Readonly<Record<string, unknown>> = {
  '/apis': { groups: [{ versions: [{ groupVersion: 'example.org/v1' }, { groupVersion: 'example.org/v1beta1' }] }] },
  '/api/v1': core,
  '/apis/example.org/v1': { resources: [{ name: 'things', kind: 'Thing', namespaced: true, verbs }] },
  '/apis/example.org/v1beta1': { resources: [{ name: 'oldthings', kind: 'OldThing', namespaced: true, verbs }] },
  configmaps: named('kube-root-ca.crt', 'istio-ca-root-cert', 'istio-ca-crl'),
  secrets: named('istio.default', 'istio.aspen-mesh-analysis-emulator', 'default-token-x7k2p'),
  serviceaccounts: {
    items: [{ metadata: { name: 'default' } }, { metadata: { name: 'whatever', labels: ownLabel } }],
  },
  things: {},
  oldthings: { items: null },
};

/** An API server with this in the namespace; what it does not know it does not answer. */
const server = (change: Readonly<Record<string, unknown>> = {}) => {
  const answers = { ...inEach, ...change };
  return async (path: string) => {
    const [, plural, query = ''] = /\/namespaces\/analysis-emulator\/(\w+)\?(.*)$/.exec(path) ?? [];
    const key = plural === undefined ? path : `${plural}${query.includes('continue=more') ? '+' : ''}`;
    if (answers[key] === undefined) throw new Error(`GET ${path}: 403`);
    return answers[key];
  };
};

describe('what is in the namespace of the analysis service', () => {
  it('is nothing foreign when it is ours, and what comes by itself', async () => {
    expect(await foreignContents(server())).toEqual([]);
  });

  it('is foreign in kinds of the core, of definitions of whatever version, and on later pages', async () => {
    const more = { ...named('kube-root-ca.crt'), metadata: { continue: 'more' } };
    const read = server({ configmaps: more, 'configmaps+': named('notes', 'others'), oldthings: named('one') });
    expect(await foreignContents(read)).toEqual(['ConfigMap notes', 'OldThing one']);
    expect(await foreignContents(server({ secrets: named('istio.cart') }))).toEqual(['Secret istio.cart']);
    expect(await foreignContents(server({ secrets: named('default-token') }))).toEqual(['Secret default-token']);
  });

  it('is not known when a kind may not be looked at', async () => {
    await expect(foreignContents(server({ secrets: undefined }))).rejects.toThrow('/secrets?limit=500: 403');
    await expect(foreignContents(server({ '/apis/example.org/v1': undefined }))).rejects.toThrow('403');
  });

  it('is foreign when there is no end of it', async () => {
    const endless = { ...named('kube-root-ca.crt'), metadata: { continue: 'more' } };
    const read = server({ configmaps: endless, 'configmaps+': endless });
    expect(await foreignContents(read)).toEqual(['more than 10000 of ConfigMap']);
  });
});
