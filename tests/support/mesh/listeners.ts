/** The path of a proxy's admin for what `listenersOf` reads. */
export const listeners = '/config_dump?resource=dynamic_listeners';

/** As Envoy's admin gives them: envoy.config.listener.v3.Listener. */
export interface ListenerDump {
  readonly name: string;
  readonly address?: { readonly socket_address: { readonly port_value: number } };
  readonly filter_chains?: readonly {
    readonly filter_chain_match?: { readonly destination_port?: number };
    readonly filters: readonly { readonly name: string }[];
  }[];
}

export function listenersOf(dump: string): readonly ListenerDump[] {
  const { configs = [] } = JSON.parse(dump) as {
    configs?: readonly { active_state?: { listener: ListenerDump } }[];
  };
  return configs.flatMap(({ active_state: active }) => (active ? [active.listener] : []));
}
