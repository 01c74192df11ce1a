import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExecCredentials, type ExecPlugin } from './exec-credentials.ts';

const cluster = { name: 'eu', server: 'https://eu:6443', skipTLSVerify: false };

/** A plugin that runs `program` in Node. */
function pluginOf(program: string, change: Partial<ExecPlugin> = {}): ExecPlugin {
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', program],
    env: [],
    installHint: '',
    provideClusterInfo: false,
    ...change,
  };
}

function credentials(program: string, change: Partial<ExecPlugin> = {}, timeout?: number): ExecCredentials {
  return new ExecCredentials(pluginOf(program, change), cluster, timeout);
}

const answer = (status: object) =>
  `console.log(JSON.stringify({ kind: 'ExecCredential', status: { token: \`\${process.pid} \${process.env.KUBERNETES_EXEC_INFO}\`, ...${JSON.stringify(status)} } }))`;

async function optionsOf(from: ExecCredentials): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await from.apply(options);
  return options;
}

async function headerOf(from: ExecCredentials): Promise<string> {
  return String(((await optionsOf(from)).headers as Record<string, string>).Authorization);
}

describe('credentials of an exec plugin', () => {
  it('are asked for once by all requests that wait, and kept', async () => {
    const plugin = credentials(answer({}));
    const headers = await Promise.all([headerOf(plugin), headerOf(plugin)]);
    expect(new Set([...headers, await headerOf(plugin)]).size).toBe(1);
    expect(headers[0]).toMatch(/^Bearer \d+ \{"apiVersion":"client.authentication.k8s.io\/v1"/);
  });

  it('are asked for again when they are over, or not accepted', async () => {
    const over = credentials(answer({ expirationTimestamp: new Date(0).toISOString() }));
    expect(await headerOf(over)).not.toBe(await headerOf(over));
    const refused = credentials(answer({}));
    expect(refused.forget({})).toBe(false);
    const first = await optionsOf(refused);
    expect(refused.forget(first)).toBe(true);
    expect(await optionsOf(refused)).not.toEqual(first);
  });

  it.each([
    ['a token', {}],
    ['a certificate', { token: '', clientKeyData: 'KEY', clientCertificateData: 'CERT' }],
  ])('are asked for once where several requests side by side find out that %s is not accepted', async (_, status) => {
    // Other ones each time.
    const program = answer(status).replace('"CERT"', 'String(process.pid)');
    const plugin = credentials(program);
    const first = await optionsOf(plugin);
    expect(plugin.forget(first)).toBe(true);
    const asking = optionsOf(plugin);
    expect(plugin.forget(first)).toBe(true);
    const second = await asking;
    expect(second).not.toEqual(first);
    expect(plugin.forget(first)).toBe(true);
    expect(await optionsOf(plugin)).toEqual(second);
  });

  it('are not asked for again at once by who fails, or whose credentials are not accepted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plugin-'));
    try {
      const runs = join(folder, 'runs');
      const counting = `require('fs').appendFileSync(${JSON.stringify(runs)}, '.');`;
      const failing = credentials(`${counting} console.error('no session'); process.exit(1)`);
      for (let attempt = 0; attempt < 3; attempt++) await expect(headerOf(failing)).rejects.toThrow('no session');
      expect(readFileSync(runs, 'utf8')).toBe('.');
      const useless = credentials(`${counting} ${answer({})}`);
      expect(useless.forget(await optionsOf(useless))).toBe(true);
      const again = await optionsOf(useless);
      useless.refused();
      expect(useless.forget(again)).toBe(false);
      await headerOf(useless);
      expect(readFileSync(runs, 'utf8')).toBe('...');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('come from a plugin that is told the authority of the cluster, also where that is in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plugin-'));
    try {
      const caFile = join(folder, 'ca.crt');
      writeFileSync(caFile, 'AUTHORITY');
      const plugin = pluginOf(answer({}), { provideClusterInfo: true });
      const header = await headerOf(new ExecCredentials(plugin, { ...cluster, caFile }));
      expect(header).toContain(`"certificate-authority-data":"${Buffer.from('AUTHORITY').toString('base64')}"`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('may be a certificate, and may depend on the cluster', async () => {
    const plugin = credentials(answer({ token: '', clientCertificateData: 'CERT', clientKeyData: 'KEY' }));
    const options: RequestOptions = {};
    await plugin.apply(options);
    expect(options).toEqual({ cert: 'CERT', key: 'KEY' });
    expect(await headerOf(credentials(answer({}), { provideClusterInfo: true }))).toContain('https://eu:6443');
  });

  it.each([
    [
      'is not there',
      credentials('', { command: 'no-such-plugin', installHint: 'See example.org.' }),
      /no-such-plugin cannot be started: there is no such program in the PATH\. See example\.org\./,
    ],
    [
      'fails',
      credentials("console.error('the session is over: run login'); process.exit(3)"),
      /failed \(exit code 3\): the session is over: run login$/,
    ],
    [
      'hangs',
      credentials("console.error('open your browser'); setInterval(() => {}, 1000)", {}, 1_000),
      /gave no credentials within 1 seconds: open your browser$/,
    ],
    [
      'waits for somebody to type',
      credentials("process.stdin.on('data', () => {}).on('end', () => process.exit(1))"),
      /failed \(exit code 1\)/,
    ],
    ['prints no JSON', credentials("console.log('token')"), /did not print JSON/],
    [
      'prints something else',
      credentials("console.log('{}')"),
      /printed no ExecCredential with a token or a certificate$/,
    ],
  ])('say what the plugin did when it %s', async (_, plugin, sentence) => {
    await expect(plugin.apply({})).rejects.toThrow(sentence);
  });
});
