import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ClusterCard } from '../../app/api/types.ts';
import { editValuesOf, useInspector } from '../state/inspector.ts';

/** What else there is to do in a cluster, beside its switch. */
export function CardMenu({ cluster }: { readonly cluster: ClusterCard }) {
  const inspector = useInspector();
  const { clusterControl } = inspector;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="icon-button card-menu" aria-label={`More actions for ${cluster.name}`}>
        <Ellipsis size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Item className="menu-item" onSelect={() => clusterControl.show('emulator', cluster.id)}>
            Emulator files…
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => editValuesOf(inspector, cluster.id)}>
            Values file…
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" onSelect={() => clusterControl.show('doctor', cluster.id)}>
            What is wrong?
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Item className="menu-item" onSelect={() => clusterControl.askDisable(cluster.id)}>
            Uninstall…
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
