/**
 * Letters and digits that Kubernetes makes random parts of names of: no vowels, and nothing that is easily mistaken
 * (k8s.io/apimachinery/pkg/util/rand).
 */
const letter = '[bcdfghjklmnpqrstvwxz2456789]';

/** `frontend-7d9f86c5b4-x2k8p`: a pod of a Deployment, by its ReplicaSet's hash and a suffix of its own. */
const deploymentPod = new RegExp(`^(.+)-${letter}{6,10}-(${letter}{5})$`);

/**
 * `frontend` and `-…x2k8p`: the workload, and what tells this pod from its fellows, without the hash that all of them
 * have. Other names are one part.
 */
export function shortPodName(name: string): readonly [workload: string, suffix: string] {
  const [, workload, suffix] = deploymentPod.exec(name) ?? [];
  return workload && suffix ? [workload, `-…${suffix}`] : [name, ''];
}
