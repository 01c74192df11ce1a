import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kubeconfigFiles, readContexts } from './contexts.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const good = `
apiVersion: v1
kind: Config
current-context: prod
clusters:
- { name: eu, cluster: { server: 'https://10.0.0.1:6443', certificate-authority: ca/eu.crt } }
users:
- { name: anna, user: { client-certificate: anna.crt, client-key: anna.key } }
contexts:
- { name: prod, context: { cluster: eu, user: anna } }
`;

const problemsOf = async (...files: string[]) => {
  const { contexts, problems } = await readContexts(files);
  return [...contexts.map(({ name, problem }) => `${name}: ${problem}`), ...problems];
};

describe('the files of KUBECONFIG', () => {
  it('are those that it lists, or the usual one', () => {
    expect(kubeconfigFiles({ KUBECONFIG: ['/a', '', '/b'].join(delimiter) })).toEqual(['/a', '/b']);
    expect(kubeconfigFiles({ HOME: '/home/anna' })).toEqual([join('/home/anna', '.kube', 'config')]);
  });

  it('are read as one: the first that names something holds, and a context may use what another file has', async () => {
    const users = file('users', "users: [{ name: anna, user: { token: of-the-first } }]\ncurrent-context: ''\n");
    const { contexts, current } = await readContexts([users, file('good', good)]);
    expect(current).toBe('prod');
    expect(contexts[0]!.config().config.getCurrentUser()).toMatchObject({ name: 'anna', token: 'of-the-first' });
  });

  it('have paths that are relative to their own folder', async () => {
    const { contexts } = await readContexts([file('one/config', good)]);
    const { config } = contexts[0]!.config();
    expect(config.getCurrentCluster()?.caFile).toBe(join(folder, 'one/ca/eu.crt'));
    expect(config.getCurrentUser()).toMatchObject({
      certFile: join(folder, 'one/anna.crt'),
      keyFile: join(folder, 'one/anna.key'),
    });
  });

  it('may be missing or empty; one that is broken says where, and harms no other', async () => {
    const found = await problemsOf(
      join(folder, 'missing'),
      file('empty', ''),
      file('list', '- a\n- b\n'),
      file('broken', 'clusters:\n  - name: eu\n cluster: {\n'),
      file('good', good),
    );
    expect(found).toEqual([
      'prod: ',
      `${join(folder, 'list')} cannot be read: it is not a kubeconfig`,
      expect.stringMatching(/broken cannot be read: .* at line \d+, column \d+/),
    ]);
  });
});

describe('a context that is broken', () => {
  it.each([
    ['{ name: eu, cluster: {} }', '{ token: t }', 'The cluster eu of the kubeconfig has no server.'],
    [
      '{ name: eu, cluster: { server: "ftp://eu" } }',
      '{ token: t }',
      'has the server "ftp://eu", which is not an address.',
    ],
    [
      '{ name: us, cluster: { server: "https://us" } }',
      '{ token: t }',
      'no cluster "eu", which the context lab names.',
    ],
    [
      '{ name: eu, cluster: { server: "https://eu" } }',
      '{ exec: {} }',
      'The user ben of the kubeconfig has an exec plugin',
    ],
    [
      '{ name: eu, cluster: { server: "https://eu" } }',
      '{ token: [1] }',
      'user ben of the kubeconfig is not understood: token',
    ],
    [
      '{ name: eu, cluster: { server: "https://eu" } }',
      '{ as-groups: [a] }',
      'acts as groups, a uid or extras without a user (as).',
    ],
    [
      '{ name: eu, cluster: { server: "https://eu" } }',
      '{ exec: { command: login, interactiveMode: Always } }',
      'has an exec plugin that wants a terminal (interactiveMode: Always).',
    ],
  ])('says why: %s with %s', async (cluster, user, sentence) => {
    const path = file(
      'lab',
      `clusters: [${cluster}]\nusers: [{ name: ben, user: ${user} }]\ncontexts: [{ name: lab, context: { cluster: eu, user: ben } }]\n`,
    );
    const { contexts } = await readContexts([path, file('good', good.replaceAll(/\beu\b/g, 'asia'))]);
    const lab = contexts.find(({ name }) => name === 'lab')!;
    expect(lab.problem).toContain(sentence);
    expect(() => lab.config()).toThrow(lab.problem);
    expect(contexts.find(({ name }) => name === 'prod')!.problem).toBe('');
  });

  it('names no user that there is; one that names none at all goes as anonymous', async () => {
    const found = await problemsOf(
      file(
        'config',
        'clusters: [{ name: eu, cluster: { server: "https://eu" } }]\ncontexts:\n- { name: a, context: { cluster: eu, user: carl } }\n- { name: b, context: { cluster: eu } }\n- { name: c }\n',
      ),
    );
    expect(found).toEqual([
      'a: The kubeconfig has no user "carl", which the context a names.',
      'b: ',
      'c: The context c of the kubeconfig has no cluster.',
    ]);
  });
});

it('a user acts as another one, with groups, and merges what several have in common', async () => {
  const users = `
usual: &usual { token: t, as: admin }
users:
- { name: anna, user: { <<: *usual, as-groups: ['system:masters', ops], as-user-extra: { Reason: [incident] } } }
`;
  const { contexts } = await readContexts([file('users', users), file('config', good)]);
  const { config, headers } = contexts[0]!.config();
  expect(config.getCurrentUser()).toEqual({ name: 'anna', token: 't' });
  expect(headers).toEqual({
    'Impersonate-User': 'admin',
    'Impersonate-Group': ['system:masters', 'ops'],
    'Impersonate-Extra-reason': ['incident'],
  });
});

it('a change is seen in the fingerprints', async () => {
  const before = (await readContexts([file('config', good)])).contexts[0]!.fingerprint;
  const login = (await readContexts([file('config', good.replace('anna.key', 'new.key'))])).contexts[0]!.fingerprint;
  const moved = (await readContexts([file('config', good.replace('10.0.0.1', '10.0.0.2'))])).contexts[0]!.fingerprint;
  expect([login.cluster === before.cluster, login.user === before.user]).toEqual([true, false]);
  expect([moved.cluster === before.cluster, moved.user === before.user]).toEqual([false, true]);
});
