import { DropdownMenu } from 'radix-ui';
import type { ClusterCard } from '../../app/api/types.ts';
import { useInspector } from '../state/inspector.ts';
import { leaseText } from './enable/capture-choice.ts';

const choices = [10, 30, 120];

/** Lets a capture end later, or not before it is switched off. */
export function ExtendMenu({ cluster, className }: { readonly cluster: ClusterCard; readonly className: string }) {
  const { clusterControl } = useInspector();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={className} aria-label={`Extend the capture in ${cluster.name}`}>
        Extend
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Label className="menu-label">{cluster.name} ends by itself</DropdownMenu.Label>
          {choices.map((minutes) => (
            <DropdownMenu.Item
              key={minutes}
              className="menu-item"
              onSelect={() => void clusterControl.extend(cluster.id, minutes)}
            >
              {leaseText(minutes)} from now
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Item className="menu-item" onSelect={() => void clusterControl.extend(cluster.id, null)}>
            <span>
              Until it is switched off <span className="is-warning">plaintext until then</span>
            </span>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
