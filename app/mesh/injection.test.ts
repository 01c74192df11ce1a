import { describe, expect, it } from 'vitest';
import { injectorOf, podOf } from '../../tests/support/mesh/made-up-pods.ts';
import { injectionLabel, type NoSidecarReason, whyNoSidecar } from './injection.ts';
import type { MutatingWebhookConfiguration, Pod } from './kubernetes.ts';

function why(
  pod: Pod,
  around: Readonly<Record<string, string>> | null,
  injectors: readonly MutatingWebhookConfiguration[] | null = [injectorOf('default')],
): NoSidecarReason {
  return whyNoSidecar(pod, { namespaceLabels: () => around, injectors });
}

const enabled = { 'istio-injection': 'enabled' };
const plain = podOf('legacy', 'ftp-0');

describe('why a pod has no sidecar', () => {
  it('is that nothing asks for one', () => {
    expect(why(plain, {})).toBe('not-labelled');
    expect(why(plain, {}, null)).toBe('not-labelled');
  });

  it('is that it was made before an injector chose it, when one would now', () => {
    expect(why(plain, enabled)).toBe('made-before');
    expect(why(plain, { 'istio.io/rev': 'default' })).toBe('made-before');
    expect(why(plain, { 'istio.io/rev': '1-28' }, [injectorOf('1-28')])).toBe('made-before');
    const asking = podOf('legacy', 'ftp-0', { metadata: { labels: { 'sidecar.istio.io/inject': 'true' } } });
    expect(why(asking, {})).toBe('made-before');
  });

  it('is that the injector it asks for is not there', () => {
    expect(why(plain, enabled, [])).toBe('no-injector');
    expect(why(plain, { 'istio.io/rev': '1-27' }, [injectorOf('1-28')])).toBe('no-injector');
    // The label of the default revision wins over the other one, and only that has no injector here.
    expect(why(plain, { ...enabled, 'istio.io/rev': '1-28' }, [injectorOf('1-28')])).toBe('no-injector');
  });

  it('is its own refusal, by label before annotation', () => {
    const refusing = { 'sidecar.istio.io/inject': 'false' };
    expect(why(podOf('shop', 'batch-0', { metadata: { annotations: refusing } }), enabled)).toBe('pod-refuses');
    expect(why(podOf('shop', 'batch-0', { metadata: { labels: refusing } }), enabled)).toBe('pod-refuses');
    const both = { labels: { 'sidecar.istio.io/inject': 'true' }, annotations: refusing };
    expect(why(podOf('shop', 'batch-0', { metadata: both }), enabled)).toBe('made-before');
  });

  it("is the namespace's refusal, the host's network, or ambient mode", () => {
    expect(why(plain, { 'istio-injection': 'disabled' })).toBe('namespace-refuses');
    expect(why(podOf('shop', 'node-exporter-x', { spec: { hostNetwork: true } }), enabled)).toBe('host-network');
    expect(why(plain, { 'istio.io/dataplane-mode': 'ambient' })).toBe('ambient');
    const redirected = podOf('shop', 'cart-0', {
      metadata: { annotations: { 'ambient.istio.io/redirection': 'enabled' } },
    });
    expect(why(redirected, {})).toBe('ambient');
  });

  it('is not known when what decides may not be seen', () => {
    expect(why(plain, null)).toBe('unknown');
    expect(why(plain, enabled, null)).toBe('unknown');
  });

  it('follows an injector that takes all namespaces that do not refuse', () => {
    const everywhere: MutatingWebhookConfiguration = {
      ...injectorOf('default'),
      webhooks: [
        {
          name: 'auto.sidecar-injector.istio.io',
          namespaceSelector: {
            matchExpressions: [
              { key: 'istio-injection', operator: 'DoesNotExist' },
              { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
            ],
          },
        },
      ],
    };
    expect(why(plain, { 'kubernetes.io/metadata.name': 'legacy' }, [everywhere])).toBe('made-before');
    expect(why(plain, { 'kubernetes.io/metadata.name': 'kube-system' }, [everywhere])).toBe('not-labelled');
  });
});

describe('the label that has a namespace injected', () => {
  it('is that of the default revision where there is one, else names a revision', () => {
    expect(injectionLabel([injectorOf('1-28'), injectorOf('default')])).toBe('istio-injection=enabled');
    expect(injectionLabel([injectorOf('1-28')])).toBe('istio.io/rev=1-28');
    expect(injectionLabel(null)).toBe('istio-injection=enabled');
  });
});
