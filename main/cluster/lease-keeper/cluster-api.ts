import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Manifest } from '../../../app/mesh/kubernetes.ts';
import { fieldManager, metadataOnly } from '../../../app/mesh/names.ts';

/** The API server as a pod sees it, with the permissions of the pod's service account. */
export interface ClusterApi {
  /** Objects of a list, or the kinds that there are: names and labels, never contents. */
  readMetadata(path: string): Promise<unknown>;
  /** The object, or null when there is none. */
  get(path: string): Promise<unknown>;
  /** Server-side apply in the name of the application: the fields of `manifest` become as they are there. */
  apply(path: string, manifest: Manifest): Promise<void>;
  /** Makes an object that is not there yet; `path` is that of the collection. */
  create(path: string, manifest: Manifest): Promise<void>;
  /** Deletes in the background; nothing to delete is success. */
  delete(path: string): Promise<void>;
}

const answerTimeout = 10_000;

/**
 * @param folder where the service account is mounted: `token` (rotated, so read each time) and `ca.crt`
 * @throws when the pod has no API server or no service account
 */
export function createClusterApi(folder: string, environment: NodeJS.ProcessEnv = process.env): ClusterApi {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  if (!host || !port) throw new Error('KUBERNETES_SERVICE_HOST and _PORT are not set: this is no pod of a cluster');
  readFileSync(join(folder, 'token'));

  async function ask(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body = '',
    contentType = 'application/json',
    accept = 'application/json',
  ): Promise<{ status: number; answer: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request({
        host,
        port,
        path,
        method,
        ca: readFileSync(join(folder, 'ca.crt')),
        timeout: answerTimeout,
        headers: {
          authorization: `Bearer ${readFileSync(join(folder, 'token'), 'utf8').trim()}`,
          accept,
          'content-length': Buffer.byteLength(body),
          ...(body ? { 'content-type': contentType } : {}),
        },
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('the API server did not answer in time')));
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
      });
      outgoing.end(body);
    });
  }

  return {
    async readMetadata(path) {
      const { status, answer } = await ask('GET', path, '', '', metadataOnly);
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${answer.slice(0, 300)}`);
      return JSON.parse(answer);
    },
    async get(path) {
      const { status, answer } = await ask('GET', path);
      if (status === 404) return null;
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${answer.slice(0, 300)}`);
      return JSON.parse(answer);
    },
    async apply(path, manifest) {
      const query = `fieldManager=${fieldManager}&force=true`;
      const body = JSON.stringify(manifest);
      const { status, answer } = await ask('PATCH', `${path}?${query}`, body, 'application/apply-patch+yaml');
      if (status < 200 || status > 299) throw new Error(`PATCH ${path}: ${status} ${answer.slice(0, 300)}`);
    },
    async create(path, manifest) {
      const { status, answer } = await ask('POST', path, JSON.stringify(manifest));
      if (status !== 201) throw new Error(`POST ${path}: ${status} ${answer.slice(0, 300)}`);
    },
    async delete(path) {
      const options = '{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background"}';
      const { status, answer } = await ask('DELETE', path, options);
      if (status !== 404 && (status < 200 || status > 299)) {
        throw new Error(`DELETE ${path}: ${status} ${answer.slice(0, 300)}`);
      }
    },
  };
}
