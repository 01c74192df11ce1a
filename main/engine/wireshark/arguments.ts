import type { ServerPorts } from '../session/save-session.ts';

/** Ports where Wireshark looks for the protocol by itself. */
const ownDiameterPorts: ReadonlySet<number> = new Set([3868]);

/**
 * Arguments that make Wireshark show a file as it is shown here: HTTP/2 is not recognised on other ports than its own,
 * nor Diameter; and names of pods and services come out of the file's own name-resolution blocks alone, never from DNS.
 *
 * @param profile name of a profile that Wireshark has, or ''
 * @param filter a display filter that Wireshark knows, or ''
 */
export function wiresharkArguments(file: string, profile: string, filter: string, ports: ServerPorts): string[] {
  const decodeAs = [
    ...ports.http2.map((port) => `tcp.port==${port},http2`),
    ...ports.diameter.filter((port) => !ownDiameterPorts.has(port)).map((port) => `tcp.port==${port},diameter`),
  ];
  return [
    ...(profile === '' ? [] : ['-C', profile]),
    '-r',
    file,
    ...(filter === '' ? [] : ['-Y', filter]),
    ...decodeAs.flatMap((rule) => ['-d', rule]),
    // Names of addresses, but without N: no resolver outside of the file is asked.
    '-N',
    'n',
  ];
}
