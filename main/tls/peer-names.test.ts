import { connect, createServer, type PeerCertificate, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CertificateAuthority, createCertificateAuthority, type LeafNames } from './certificates.ts';
import { checkIdentity, checkService, checkWorkload, peerNames, workloadOf } from './peer-names.ts';

const cart = 'spiffe://cluster.local/ns/shop/sa/cart';
const analysis = 'spiffe://cluster.local/ns/analysis/sa/analysis';

describe('who is at the other end', () => {
  let authority: CertificateAuthority;
  beforeAll(async () => {
    authority = await createCertificateAuthority('mesh');
  });

  /** A certificate as a TLS client sees it. */
  async function certificateOf(names: LeafNames): Promise<PeerCertificate> {
    const server = createServer(await authority.issue(names));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const socket: TLSSocket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const certificate = socket.getPeerCertificate();
    socket.destroy();
    server.close();
    return certificate;
  }

  it('is read from all names, also from one that looks like several', async () => {
    const trap = 'a.example, URI:spiffe://cluster.local/ns/shop/sa/cart';
    expect(peerNames(await certificateOf({ dns: ['a.example', 'b.example'], uri: [cart] }))).toEqual({
      dns: ['a.example', 'b.example'],
      uris: [cart],
    });
    const trapped = peerNames(await certificateOf({ dns: [trap], ip: ['127.0.0.1'] }));
    expect(trapped.uris).toEqual([]);
    expect(trapped.dns).toHaveLength(1);
    expect(peerNames({})).toEqual({ dns: [], uris: [] });
  });

  it('is a service by its DNS name, and by its identity only when it has no DNS name', async () => {
    const expected = { name: 'analysis.svc', identity: analysis };
    expect(checkService(expected, await certificateOf({ dns: ['analysis.svc'] }))).toBeUndefined();
    expect(checkService(expected, await certificateOf({ uri: [analysis] }))).toBeUndefined();
    expect(checkService(expected, await certificateOf({ dns: ['other.svc'], uri: [analysis] }))?.message).toBe(
      `its certificate is for other.svc, ${analysis}, which does not match the configured address analysis.svc`,
    );
    expect(checkService(expected, await certificateOf({ uri: [cart] }))?.message).toBe(
      `its certificate is for ${cart}, which matches neither the configured address analysis.svc nor ${analysis}`,
    );
    const strict = { name: 'analysis.svc', identity: '' };
    expect(checkService(strict, await certificateOf({ uri: [analysis] }))?.message).toContain('analysis.svc');
  });

  it('is a workload of the mesh by its SPIFFE identity', async () => {
    const certificate = await certificateOf({ uri: [cart] });
    expect(checkWorkload('', certificate)).toBe('');
    expect(checkWorkload('cluster.local', certificate)).toBe('');
    expect(checkWorkload('other.example', certificate)).toBe(
      `its identity is ${cart}, which is not a workload of the mesh other.example`,
    );
    expect(checkWorkload('', await certificateOf({ dns: ['cart'] }))).toContain('its identity is none');
    expect(checkIdentity(cart, certificate)).toBe('');
    expect(checkIdentity(analysis, certificate)).toBe(`its identity is ${cart}, not ${analysis}`);
  });

  it('is one workload: a certificate of two is of none, and other URIs beside it do not matter', async () => {
    const shopCart = { trustDomain: 'cluster.local', namespace: 'shop', serviceAccount: 'cart' };
    expect(workloadOf(await certificateOf({ uri: [cart] }))).toEqual(shopCart);
    expect(workloadOf(await certificateOf({ uri: ['urn:site:7', cart], dns: ['cart.shop.svc'] }))).toEqual(shopCart);
    expect(workloadOf(await certificateOf({ uri: [cart, analysis] }))).toBeNull();
    expect(workloadOf(await certificateOf({ uri: ['spiffe://cluster.local/shop/cart'] }))).toBeNull();
    expect(checkWorkload('', await certificateOf({ uri: [cart, analysis] }))).toContain(
      'is not a workload of the mesh',
    );
  });
});
