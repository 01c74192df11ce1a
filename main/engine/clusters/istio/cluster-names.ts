import type { KubernetesObject, Node, Pod, Service } from '../../../../app/mesh/kubernetes.ts';
import { NameHistory } from '../../../../app/mesh/name-history.ts';
import { namesOfNode, namesOfPod, namesOfService, type ObjectName } from '../../../../app/mesh/object-names.ts';
import { type Resource, resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { Informer } from '../../kube/informer.ts';

/** The names of a cluster's addresses, as its pods, services and nodes come and go. Without permission to list them there are fewer names. */
export class ClusterNames {
  readonly #history = new NameHistory();
  readonly #informers: readonly Informer<null>[];

  /** `onPods` is called when pods come, change or go. */
  constructor(client: KubeClient, onPods: () => void) {
    // Only names are remembered, and those in the history.
    const inform = (resource: Resource, names: (object: KubernetesObject) => ObjectName[], onChange = () => {}) =>
      new Informer<null>({
        client,
        resource,
        keep: (object) => {
          for (const { address, name, since } of names(object)) this.#history.learn(address, name, since);
          return null;
        },
        onChange,
      });
    this.#informers = [
      inform(resources.pod, (object) => namesOfPod(object as Pod), onPods),
      inform(resources.service, (object) => namesOfService(object as Service)),
      inform(resources.node, (object) => namesOfNode(object as Node)),
    ];
  }

  /** Milliseconds since the epoch, by the cluster's clock. */
  nameAt(address: string, time: number): string {
    return this.#history.nameAt(address, time);
  }

  close(): void {
    for (const informer of this.#informers) informer.close();
  }
}
